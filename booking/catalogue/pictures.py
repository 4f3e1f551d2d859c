"""A picture as somebody sent it, made into two of ours: bounded, without anything hidden in it, always WebP."""

from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps

LARGE, SMALL = 1600, 640
"""The longer side of each, in pixels."""
MOST_PIXELS = 30_000_000
"""Of what is sent; asked of its first bytes, before any of it is unpacked."""
QUALITY = 80
TAKEN = ("JPEG", "PNG", "WEBP")
MEDIA_TYPE = "image/webp"


class PictureRefused(ValueError):
    """The file cannot be a picture here; `code` is empty, unreadable, too_large or animated."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Prepared:
    """A picture in both sizes; sizes are pixels."""

    large: bytes
    small: bytes
    width: int
    height: int
    small_width: int


def prepared(content: bytes) -> Prepared:
    """Both sizes of what was sent: turned the right way up, on white, its metadata left behind.

    Raises PictureRefused for what is no JPEG, PNG or WebP, is over 30 megapixels, or moves.
    """
    if not content:
        raise PictureRefused("empty")
    try:
        with Image.open(BytesIO(content), formats=TAKEN) as sent:
            _bounded(sent)
            whole = _plain(sent)
    except PictureRefused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise PictureRefused("too_large") from bomb
    except Exception as error:  # a decoder may raise anything for a file that was made to break it
        raise PictureRefused("unreadable") from error
    large, small = _fitted(whole, LARGE), _fitted(whole, SMALL)
    return Prepared(_written(large), _written(small), large.width, large.height, small.width)


def _bounded(sent: Image.Image) -> None:
    if sent.width * sent.height > MOST_PIXELS:
        raise PictureRefused("too_large")
    if getattr(sent, "is_animated", False):
        raise PictureRefused("animated")


def _plain(sent: Image.Image) -> Image.Image:
    """The pixels alone, in RGB."""
    sent.draft("RGB", (LARGE, LARGE))  # a JPEG is unpacked no larger than it must be
    turned = ImageOps.exif_transpose(sent)
    if turned.mode in {"RGBA", "LA", "PA"} or "transparency" in turned.info:
        seen = turned.convert("RGBA")
        paper = Image.new("RGB", seen.size, "white")
        paper.paste(seen, mask=seen.getchannel("A"))
        return paper
    return turned.convert("RGB")


def _fitted(whole: Image.Image, longest: int) -> Image.Image:
    copy = whole.copy()
    copy.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    return copy


def _written(picture: Image.Image) -> bytes:
    file = BytesIO()
    picture.info.clear()  # the encoder would write the colour profile and the like that it finds there
    picture.save(file, "WEBP", quality=QUALITY, method=4)
    return file.getvalue()
