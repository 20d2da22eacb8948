"""Print: a cited briefing becomes a dated document to keep, send or hand out, in clear, large or giant print."""

from collections.abc import Callable, Mapping
from dataclasses import asdict

from briefing_tools.addresses import edition_url
from briefing_tools.model import CitedBriefing, Edition, LinkedSeries
from briefing_tools.pdf import finish
from briefing_tools.pictures import printable
from briefing_tools.shelf import Kept, Shelf
from briefing_tools.stages.editions.attachments import attachments
from briefing_tools.stages.editions.breaks import Places, break_pages
from briefing_tools.stages.editions.cover import about
from briefing_tools.stages.editions.document import compile_document
from briefing_tools.stages.editions.fitting import keep_whole
from briefing_tools.stages.editions.house import PRINT, Format, formats, house_style
from briefing_tools.stages.editions.pieces import Flow, Piece, as_json, changed, walk
from briefing_tools.stages.editions.tables import row_heads
from briefing_tools.stages.editions.tools import made_with
from briefing_tools.typefaces import FONTS
from briefing_tools.typesetting import MAIN, Desk, desk

__all__ = ["Format", "formats", "make_edition"]

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
    attached = attachments(cited, plan)
    style = house_style()
    content = {
        "about": about(cited.briefing, plan, format),
        "format": asdict(format),
        "house": asdict(style),
        "attached": [asdict(one) for one in attached],
    }
    files = {MAIN: (PRINT / "briefing.typ").read_bytes(), _CONTENT: as_json(content), **pictures}
    if style.logo:
        files[style.logo] = (PRINT / style.logo).read_bytes()
    parts = [
        b"pdf",
        str(epoch).encode(),
        *(part for name in files for part in (name.encode(), files[name])),
        as_json(flow),
    ]
    finished = shelf.once([*parts, made_with()], lambda: _typeset(files, flow, format, epoch))
    return Edition(
        edition_url(cited.briefing, format.file), cited.briefing.number, format.name, finished.pages, finished.content
    )


def _typeset(files: Mapping[str, bytes], flow: Flow, format: Format, epoch: int) -> Kept:
    """The document with every note on the page of its call, and the heads of its rows tagged."""
    with desk(files, FONTS) as on_desk:
        broken = break_pages(keep_whole(flow, format), lambda tried: _places(on_desk, keep_whole(tried, format)))
        finished = finish(on_desk.to_pdf(epoch), tuple(row_heads(broken)))
    return Kept(finished.content, finished.pages)


def _places(on_desk: Desk, flow: Flow) -> Places:
    """Lay the flow out, and tell the pages of each note's call and of the note."""
    on_desk.put(_FLOW, as_json(flow))
    found = on_desk.look_up("note-pages")
    assert isinstance(found, dict)
    calls, bodies = dict(found["calls"]), dict(found["bodies"])
    assert calls.keys() == bodies.keys()
    return {number: (calls[number], bodies[number]) for number in calls}


def _with_pictures(flow: Flow, read_asset: Callable[[str], bytes]) -> tuple[Flow, Mapping[str, bytes]]:
    """The flow with every picture under the name it has on the desk; one that cannot be printed is said in words."""
    paths = dict.fromkeys(str(piece.values["file"]) for _, piece in walk(flow) if piece.kind == "picture")
    found = {path: printable(read_asset(path)) for path in paths}
    names = {path: f"picture-{index}{one.ending}" for index, (path, one) in enumerate(found.items(), 1) if one}

    def name(piece: Piece) -> Flow:
        if piece.kind != "picture":
            return (piece,)
        path = str(piece.values["file"])
        if drawn := found[path]:
            return (piece.having(file=names[path], width=drawn.width, height=drawn.height),)
        words = Piece("paragraph", (f"[A picture that cannot be printed: {piece.values['alt']}]",))
        return (words, Piece("paragraph", piece.children)) if piece.children else (words,)

    return changed(flow, name), {names[path]: one.content for path, one in found.items() if one}
