"""Know whom a series names: its publisher, sites, authors and those it thanks, from the values that were read."""

from collections.abc import Iterator

from briefing_tools.model import Series, Update
from briefing_tools.privacy.registry import Registry, registry
from briefing_tools.privacy.vocabulary import vocabulary

YES = ("yes", "true", "y")


def known_to(series: Series) -> Registry:
    """Everybody and everything that the series itself publishes.

    Family names in the bibliography are words that authors may write; those that are first names too (Oliver) are not.
    """
    publisher = series.record.publisher
    contacts = [*(contact for site in series.sites for contact in site.people), *series.editors]
    people = [person for briefing in series.briefings for person in (*briefing.authors, *briefing.thanks)]
    return registry(
        values=(
            " ".join((publisher.name, *publisher.address)),
            publisher.telephone,
            publisher.fax,
            publisher.email,
            publisher.web,
            series.record.alternative_formats,
            *(value for contact in contacts for value in (contact.email, contact.telephone)),
        ),
        people=(*(person.name for person in people), *(contact.name for contact in contacts)),
        organisations=(*_organisations(series), *(person.organisation for person in people), *_families(series)),
    )


def with_contact(known: Registry, update: Update) -> Registry:
    """The registry together with the contact that an update asks to publish."""
    if update.contact.get("publish", "").lower() not in YES:
        return known
    values = [value for key, value in update.contact.items() if key not in ("publish", "role", "name")]
    own = registry(values, [update.contact.get("name", "")], [update.contact.get("organisation", "")])
    return Registry(known.values | own.values, known.people | own.people, known.words | own.words)


def _organisations(series: Series) -> Iterator[str]:
    record = series.record
    yield from (record.title, record.strand, record.programme, record.publisher.name, *record.publisher.address)
    for site in series.sites:
        yield from (site.name, site.organisation)
    for term in series.glossary:
        yield from (term.term, term.name, *term.also)
    for briefing in series.briefings:
        yield from (briefing.title, *briefing.topics, *(section.title for section in briefing.all_sections()))
    for work in series.bibliography.works.values():
        yield from (author.family for author in (*work.authors, *work.editors) if author.corporate)
        yield from (work.fields.get(name, "") for name in ("institution", "publisher", "address", "location"))


def _families(series: Series) -> Iterator[str]:
    given = vocabulary().given
    for work in series.bibliography.works.values():
        for author in (*work.authors, *work.editors):
            if not author.corporate and author.family.lower() not in given:
                yield author.family
