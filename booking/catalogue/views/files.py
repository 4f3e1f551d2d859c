"""Files out of the database: pictures for pages, lesson plans to save."""

import re
from io import BytesIO

from flask import abort, request, send_file
from flask.typing import ResponseReturnValue

from booking import i18n
from booking.accounts.access import open_to
from booking.catalogue.pictures import MEDIA_TYPE
from booking.catalogue.queries.material import stored_file
from booking.catalogue.services.files import PDF
from booking.catalogue.views.blueprint import blueprint
from booking.db import db
from booking.http.headers import FOR_EVER

ENDINGS = {MEDIA_TYPE: "webp", PDF: "pdf"}
_NAME = re.compile(r"([0-9a-f]{64})\.(webp|pdf)")
_NO_NAME = re.compile(r'[\\/:*?"<>|;%\s]+')
LONGEST_NAME = 80


@blueprint.get("/files/<name>")
@open_to("everybody")
def file(name: str) -> ResponseReturnValue:
    """The bytes under their own hash: never changed, so kept for ever; a PDF is saved, and never run in our name."""
    named = _NAME.fullmatch(name) or abort(404)
    found = stored_file(db.session(), named[1])
    if found is None or ENDINGS[found.media_type] != named[2]:
        abort(404)
    is_pdf = found.media_type == PDF
    saved_as = _saved_as(found.title.in_locale(i18n.current_locale())[0]) if found.title else "material"
    answer = send_file(
        BytesIO(found.content),
        mimetype=found.media_type,
        as_attachment=is_pdf,
        download_name=f"{saved_as}.pdf" if is_pdf else None,
        etag=named[1],
        conditional=False,
    )
    answer.headers["Cache-Control"] = FOR_EVER
    return answer.make_conditional(request)


def _saved_as(title: str) -> str:
    """A name for the file on the reader's disk: the title, without what a disk or a header could not take."""
    return _NO_NAME.sub(" ", title).strip(" .")[:LONGEST_NAME] or "material"
