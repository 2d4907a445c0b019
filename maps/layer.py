"""What a layer of the map is, and where layers are found.

A layer is one file in `maps/layers/` that offers `LAYER`: it puts its part on
a Folium map and names the data its script reads. Text from outside travels
in that data only and is set by `textContent`; it never reaches Folium's
Python side, whose template literals would execute it.
"""
