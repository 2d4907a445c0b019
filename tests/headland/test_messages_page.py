"""The page of annotated messages, executed: every block is decoded, and is what the page prints."""

import importlib.util
import json
import subprocess
import sys

from conftest import ROOT

PAGE = ROOT / "docs" / "messages.md"


def make_messages():
    spec = importlib.util.spec_from_file_location("make_messages", ROOT / "docs" / "make_messages.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_prints_what_the_program_decodes():
    page = PAGE.read_text()

    assert page == make_messages().renewed(page)


def test_every_message_on_the_page_is_decoded_or_refused():
    maker, page = make_messages(), PAGE.read_text()
    pairs = [(match[2], match[0].split("```decoded\n")[1]) for match in maker.PAIR.finditer(page)]

    assert len(pairs) == page.count("### ") >= 25
    assert all(out.strip("`\n") for _, out in pairs)
    told = [json.loads(line) for _, out in pairs for line in out.splitlines() if line.startswith("{")]
    assert {1, 4, 5, 8, 9, 14, 18, 21, 24, 27} <= {each.get("msg_type") for each in told}
    assert {4, 5, 11, 17, 18, 20, 21} <= {each.get("df") for each in told}
    assert sum("refused:" in out for _, out in pairs) >= 4


def test_the_command_prints_the_same(tmp_path):
    maker = make_messages()
    match = next(match for match in maker.PAIR.finditer(PAGE.read_text()) if "bad checksum" in match[0])
    (tmp_path / "heard.log").write_text(match[2])

    ran = subprocess.run(
        [sys.executable, "-m", "headland", "decode", tmp_path / "heard.log"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert f"{ran.stdout}{ran.stderr}" == match[0].split("```decoded\n")[1].removesuffix("```\n")
