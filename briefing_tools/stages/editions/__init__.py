"""Print: a cited briefing becomes a dated document to keep, send or hand out, in clear, large or giant print."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict

from briefing_tools.addresses import collection_url, edition_url
from briefing_tools.model import CitedBriefing, Edition, LinkedSeries
from briefing_tools.pdf import finish
from briefing_tools.pictures import printable
from briefing_tools.shelf import Kept, Shelf
from briefing_tools.stages.editions.attachments import Attachment, attachments
from briefing_tools.stages.editions.breaks import Places, break_pages
from briefing_tools.stages.editions.cover import about, about_all
from briefing_tools.stages.editions.document import MOST_NOTES, bound, compile_document
from briefing_tools.stages.editions.fitting import keep_whole, loosen
from briefing_tools.stages.editions.house import PRINT, Format, formats, house_style
from briefing_tools.stages.editions.pieces import Flow, Piece, Value, as_json, changed, walk
from briefing_tools.stages.editions.tables import row_heads
from briefing_tools.stages.editions.tools import made_with
from briefing_tools.typefaces import FONTS
from briefing_tools.typesetting import MAIN, Desk, desk

__all__ = ["Format", "formats", "make_collection", "make_edition"]

NOTHING_KEPT = Shelf()
_CONTENT = "content.json"
_FLOW = "flow.json"


def make_edition(
    cited: CitedBriefing,
    plan: LinkedSeries,
    format: Format,
    epoch: int,
    read_asset: Callable[[str], bytes],
    shelf: Shelf = NOTHING_KEPT,
) -> Edition:
    """The printed edition of a briefing in one format, dated `epoch` (seconds since 1970).

    The file is PDF/A-3a and PDF/UA-1; the same input gives the same bytes. `read_asset` reads a picture by its path
    relative to the project's folder; what the `shelf` has is not made again. Raises `CannotRun` for a mistake in `house.toml`.
    """
    flow, pictures = _with_pictures(compile_document(cited, plan, format), read_asset)
    files = _desk_files(about(cited.briefing, plan, format), format, attachments(cited, plan), pictures)
    finished = _once(files, flow, format, epoch, shelf)
    return Edition(
        edition_url(cited.briefing, format.file), cited.briefing.number, format.name, finished.pages, finished.content
    )


def make_collection(
    briefings: tuple[CitedBriefing, ...],
    plan: LinkedSeries,
    format: Format,
    epoch: int,
    read_asset: Callable[[str], bytes],
    shelf: Shelf = NOTHING_KEPT,
) -> Edition:
    """All these briefings in one printed document, each with the numbers of its own page; otherwise as `make_edition`."""
    flows: list[Piece] = []
    pictures: dict[str, bytes] = {}
    for cited in briefings:
        prefix = f"b{cited.briefing.number}-"
        flow, own = _with_pictures(compile_document(cited, plan, format), read_asset, prefix)
        flows += bound(flow, cited.briefing, prefix)
        pictures.update(own)
    attached = tuple(one for cited in briefings for one in attachments(cited, plan))
    files = _desk_files(about_all(briefings, plan, format), format, attached, pictures)
    finished = _once(files, tuple(flows), format, epoch, shelf)
    return Edition(
        collection_url(format.file), 0, f"All briefings in one {format.name}", finished.pages, finished.content
    )


def _desk_files(
    said: Mapping[str, Value], format: Format, attached: tuple[Attachment, ...], pictures: Mapping[str, bytes]
) -> dict[str, bytes]:
    """Everything that a document is made of but its text: the template, what it says of itself, pictures and the logo."""
    style = house_style()
    content = {
        "about": said,
        "format": asdict(format),
        "house": asdict(style),
        "attached": [asdict(one) for one in attached],
    }
    files = {MAIN: (PRINT / "briefing.typ").read_bytes(), _CONTENT: as_json(content), **pictures}
    if style.logo:
        files[style.logo] = (PRINT / style.logo).read_bytes()
    return files


def _once(files: Mapping[str, bytes], flow: Flow, format: Format, epoch: int, shelf: Shelf) -> Kept:
    """The document, made if the shelf does not have it."""

    def parts() -> Iterator[bytes]:
        yield from (b"pdf", str(epoch).encode(), made_with(), as_json(flow))
        yield from (part for name in files for part in (name.encode(), files[name]))

    return shelf.once(parts(), lambda: _typeset(files, flow, format, epoch))


def _typeset(files: Mapping[str, bytes], flow: Flow, format: Format, epoch: int) -> Kept:
    """The document with every note on the page of its call, and the heads of its rows tagged."""
    with desk(files, FONTS) as on_desk:
        whole = keep_whole(flow, format)
        broken = break_pages(
            whole,
            lambda tried: _places(on_desk, tried if tried == whole else keep_whole(tried, format)),
            lambda key: key // MOST_NOTES,
        )
        finished = finish(on_desk.to_pdf(epoch), tuple(row_heads(broken)))
    return Kept(finished.content, finished.pages)


def _places(on_desk: Desk, flow: Flow) -> Places:
    """Lay the flow out, and tell the pages of each note's call and of the note."""
    on_desk.put(_FLOW, as_json(loosen(flow)))
    found = on_desk.look_up("note-pages")
    assert isinstance(found, dict)
    calls, bodies = dict(found["calls"]), dict(found["bodies"])
    assert calls.keys() == bodies.keys()
    return {number: (calls[number], bodies[number]) for number in calls}


def _with_pictures(
    flow: Flow, read_asset: Callable[[str], bytes], prefix: str = ""
) -> tuple[Flow, Mapping[str, bytes]]:
    """The flow with every picture under the name it has on the desk; one that cannot be printed is said in words."""
    paths = dict.fromkeys(str(piece.values["file"]) for _, piece in walk(flow) if piece.kind == "picture")
    if not paths:
        return flow, {}
    found = {path: printable(read_asset(path)) for path in paths}
    names = {path: f"{prefix}picture-{index}{one.ending}" for index, (path, one) in enumerate(found.items(), 1) if one}

    def name(piece: Piece) -> Flow:
        if piece.kind != "picture":
            return (piece,)
        path = str(piece.values["file"])
        if drawn := found[path]:
            return (piece.having(file=names[path], width=drawn.width, height=drawn.height),)
        words = Piece("paragraph", (f"[A picture that cannot be printed: {piece.values['alt']}]",))
        return (words, Piece("paragraph", piece.children)) if piece.children else (words,)

    return changed(flow, name), {names[path]: one.content for path, one in found.items() if one}
