"""The Folium side of a page: a map without a network, and layers made by our own scripts.

Folium's default map links ten files on four hosts. `Sheet` links none: the
page brings Leaflet itself. Folium gives every element a random name; here
names are fixed, so that the same input gives the same page, byte for byte.
"""

from __future__ import annotations

from typing import cast

import folium
from branca.element import Figure
from folium.template import Template

from maps.layer import Bounds

HOME = (54.4, -4.4)
"""Centre of the British Isles, where a map with nothing on it opens."""
HOME_ZOOM = 6


class Sheet(folium.Map):
    """A Leaflet map without tiles, drawn on canvas, whose parts are supplied by the page."""

    # Class attributes, because Folium adds to its own in place: one map would leak into the next.
    default_js: list[tuple[str, str]] = []  # noqa: RUF012  declared so by Folium
    default_css: list[tuple[str, str]] = []  # noqa: RUF012  declared so by Folium

    def __init__(self, bounds: Bounds | None) -> None:
        """Bounds: south-west and north-east corners as (lat, lon); None opens on the British Isles."""
        super().__init__(
            location=HOME,
            zoom_start=HOME_ZOOM,
            tiles=None,
            prefer_canvas=True,
            zoom_control=False,
            attribution_control=False,
            zoom_snap=0.5,
            zoom_delta=0.5,
            wheel_px_per_zoom_level=120,
            min_zoom=3,
            max_zoom=17,
        )
        self._id = "headland"
        if bounds is not None:
            fit = folium.FitBounds(bounds, padding=(24, 24), max_zoom=13)
            fit._id = "headland"  # noqa: SLF001  the name that Folium would draw at random
            self.add_child(fit)


class Scripted(folium.map.Layer):
    """A layer made by `lookout.layers[name]` from the page's data of that name."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "var {{ this.get_name() }} = lookout.layers[{{ this.factory | tojson }}]"
        "(lookout.data({{ this.factory | tojson }}));"
        "{% endmacro %}"
    )

    def __init__(self, name: str) -> None:
        """The factory's name, which is the layer's."""
        super().__init__(name=name, overlay=True)
        self._name = "layer"
        self._id = name
        self.factory = name


def folium_parts(sheet: Sheet) -> tuple[str, str]:
    """The body and the script that Folium renders for a map and its layers.

    Folium's header is left out: its viewport forbids zooming (WCAG 1.4.4), and
    sizes and switches are the page's own.
    """
    figure = cast("Figure", sheet.get_root())
    for child in figure._children.values():  # noqa: SLF001  branca's own `Figure.render` begins so
        child.render()
    return str(figure.html.render()), str(figure.script.render())
