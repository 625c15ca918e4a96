"""The image model's stand-in: an abstract picture made from a prompt, the same one for the same prompt.

A mesh gradient, shapes that overlap it, and the initials of what the prompt is about. No text beyond those; the picture
says in its own metadata that a stand-in drew it.
"""

import hashlib
import io
import math
import random
import re

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont
from PIL.PngImagePlugin import PngInfo

from asl.json_types import JSON
from localaws.models.language import key_phrases, short_name

_SIZES = (512, 640, 768, 896, 1024)
_DEFAULT = 512
_Colour = tuple[int, int, int]
# Four colours that go together, from dark to light.
_PALETTES: tuple[tuple[str, str, str, str], ...] = (
    ("#1d1147", "#5b2a9d", "#e0457b", "#ffb36b"),
    ("#062a3d", "#0a6b7c", "#3fb8a5", "#f4e3a1"),
    ("#131a3a", "#2f4bb8", "#5aa9f2", "#f6f2e7"),
    ("#2b0f2e", "#8f2d56", "#e76f51", "#f4d8a0"),
    ("#0e2b1f", "#1f7a4d", "#8cc152", "#f2efc7"),
    ("#20163a", "#4c3fa0", "#a06cd5", "#ffd6e8"),
    ("#2a1610", "#9c3f1c", "#f08a24", "#ffe0a3"),
    ("#0b1f33", "#225f8c", "#e4572e", "#ffd9b0"),
)


def size_of(width: JSON, height: JSON) -> int:
    """The side of the square, in pixels: the larger of what was asked for, as far as pictures go."""
    asked = [side for side in (width, height) if isinstance(side, int) and not isinstance(side, bool)]
    wanted = max(asked, default=_DEFAULT)
    return next((size for size in _SIZES if size >= wanted), _SIZES[-1])


def draw(prompt: str, *, size: int = _DEFAULT, seed: int = 0) -> bytes:
    """The picture as PNG."""
    digest = hashlib.sha256(f"{seed}\n{' '.join(prompt.split())}".encode()).digest()
    chance = random.Random(digest)  # noqa: S311 - a picture, not a secret
    colours = [_colour(each) for each in _PALETTES[digest[0] % len(_PALETTES)]]
    canvas = _mesh(size, colours, chance)
    for layer in range(3):
        canvas = _shape(canvas, colours, chance, layer)
    canvas = _rings(canvas, colours[3], chance)
    canvas = _initials(_vignette(canvas), initials(prompt), colours)
    about = PngInfo()
    about.add_text("Software", "Stand-in for an image model")
    out = io.BytesIO()
    canvas.save(out, "PNG", pnginfo=about)
    return out.getvalue()


def _colour(text: str) -> _Colour:
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def _mesh(size: int, colours: list[_Colour], chance: random.Random) -> Image.Image:
    """A few pixels of colour, enlarged until they flow into one another."""
    cells = 4
    small = Image.new("RGB", (cells, cells))
    for x in range(cells):
        for y in range(cells):
            # Dark at the lower left, light at the upper right, and some disorder.
            height = (x + (cells - 1 - y)) / (2 * (cells - 1)) * 3 + chance.uniform(-0.7, 0.7)
            small.putpixel((x, y), colours[max(0, min(3, round(height)))])
    flowing = small.resize((size, size), Image.Resampling.BICUBIC)
    return flowing.filter(ImageFilter.GaussianBlur(size / 24))


def _shape(canvas: Image.Image, colours: list[_Colour], chance: random.Random, layer: int) -> Image.Image:
    """A translucent disc, rounded square or leaf with a soft shadow on one side."""
    size = canvas.width
    big = size * 2
    mask = Image.new("L", (big, big))
    pen = ImageDraw.Draw(mask)
    radius = big * chance.uniform(0.18, 0.34) * (1 - layer * 0.15)
    x, y = (big * chance.uniform(0.2, 0.8) for _ in range(2))
    box = (x - radius, y - radius, x + radius, y + radius)
    match chance.randrange(3):
        case 0:
            pen.ellipse(box, fill=255)
        case 1:
            pen.rounded_rectangle(box, radius * 0.35, fill=255)
        case _:
            pen.pieslice(box, 0, 180, fill=255)
    mask = mask.rotate(chance.uniform(0, 360), Image.Resampling.BICUBIC, center=(x, y))
    mask = mask.resize((size, size), Image.Resampling.LANCZOS)
    shade = ImageChops.multiply(mask, _slope(size, chance.uniform(0, 2 * math.pi)))
    colour = colours[(layer + 2) % 4]
    return Image.composite(Image.new("RGB", canvas.size, colour), canvas, shade.point(lambda value: int(value * 0.72)))


def _slope(size: int, angle: float) -> Image.Image:
    ramp = Image.linear_gradient("L").resize((size * 2, size * 2))
    turned = ramp.rotate(math.degrees(angle), Image.Resampling.BICUBIC)
    return turned.crop((size // 2, size // 2, size // 2 + size, size // 2 + size))


def _rings(canvas: Image.Image, colour: _Colour, chance: random.Random) -> Image.Image:
    size = canvas.width
    big = size * 2
    mask = Image.new("L", (big, big))
    pen = ImageDraw.Draw(mask)
    x, y = big * chance.uniform(0.25, 0.75), big * chance.uniform(0.25, 0.75)
    for number in range(chance.randint(3, 5)):
        radius = big * (0.16 + 0.075 * number)
        start = chance.uniform(0, 360)
        pen.arc(
            (x - radius, y - radius, x + radius, y + radius),
            start,
            start + chance.uniform(70, 230),
            fill=150,
            width=big // 180,
        )
    mask = mask.resize((size, size), Image.Resampling.LANCZOS)
    return Image.composite(Image.new("RGB", canvas.size, colour), canvas, mask)


def _vignette(canvas: Image.Image) -> Image.Image:
    """A little darker towards the corners, so that the middle holds the eye."""
    edge = Image.radial_gradient("L").resize(canvas.size).point(lambda value: int(max(0, value - 150) * 0.9))
    return Image.composite(Image.new("RGB", canvas.size, (8, 8, 20)), canvas, edge)


def initials(prompt: str) -> str:
    """One or two letters of what the prompt is about: of a title after its colon, else of its key phrases."""
    title = prompt.rpartition(":")[2].strip() if ":" in prompt else prompt
    phrases = [short_name(each.text) for each in key_phrases(title or prompt)]
    words = re.findall(r"[A-Za-z0-9]+", " ".join(phrases[:2])) or re.findall(r"\w+", title)
    return "".join(word[0] for word in words[:2]).upper()


def _initials(canvas: Image.Image, letters: str, colours: list[_Colour]) -> Image.Image:
    if not letters:
        return canvas
    size = canvas.width
    font = ImageFont.load_default(size * 0.34)
    layer = Image.new("L", canvas.size)
    pen = ImageDraw.Draw(layer)
    pen.text((size / 2, size / 2), letters, fill=255, font=font, anchor="mm")
    shadow = ImageChops.offset(layer, 0, max(2, size // 90)).filter(ImageFilter.GaussianBlur(size / 60))
    canvas = Image.composite(
        Image.new("RGB", canvas.size, colours[0]), canvas, shadow.point(lambda value: int(value * 0.75))
    )
    return Image.composite(
        Image.new("RGB", canvas.size, (255, 252, 245)), canvas, layer.point(lambda value: int(value * 0.95))
    )
