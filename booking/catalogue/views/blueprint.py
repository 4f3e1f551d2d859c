"""The blueprints that the modules of these pages share: the public's, and the desk's."""

from flask import Blueprint

blueprint = Blueprint("catalogue", __name__)
desk_blueprint = Blueprint("catalogue_desk", __name__, url_prefix="/desk/catalogue")
library_blueprint = Blueprint("library", __name__)
