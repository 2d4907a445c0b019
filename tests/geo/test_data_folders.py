"""Nothing is shipped without its licence, its credit and the way to renew it."""

import ast
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[2] / "geo" / "data"
FOLDERS = sorted(path for path in DATA.iterdir() if path.is_dir() and not path.name.startswith("__"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_a_data_folder_carries_licence_credit_and_recipe(folder: Path) -> None:
    recipe = (folder / "derive.py").read_text()
    readme = (folder / "README.md").read_text()
    shipped = {path.name for path in folder.iterdir()} - {"derive.py", "README.md", "__pycache__"}
    shipped = {name for name in shipped if not name.startswith("LICENSE")}

    assert len((folder / "LICENSE").read_text()) > 300
    assert recipe.startswith("# /// script")
    assert "--check" in ast.get_docstring(ast.parse(recipe))
    assert shipped
    assert [name for name in sorted(shipped) if name not in readme and name not in recipe] == []


def test_the_open_database_licence_stands_whole_beside_the_openstreetmap_data() -> None:
    text = (DATA / "osm_coast" / "LICENSE").read_text()

    assert "© OpenStreetMap contributors" in (DATA / "osm_coast" / "README.md").read_text()
    assert "ODC Open Database License" in text or "Open Database License (ODbL)" in text
    assert len(text) > 20_000
