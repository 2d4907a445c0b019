"use strict";
// Where the pointer is, how far that is from what is selected, and what lies there.
{
  const { byId, format, hintAt } = lookout;
  const map = lookout.map;

  /** Initial bearing of the great circle, degrees true. */
  const bearing = (from, to) => {
    const [a, b] = [from, to].map((place) => (place.lat * Math.PI) / 180);
    const turn = ((to.lng - from.lng) * Math.PI) / 180;
    const east = Math.sin(turn) * Math.cos(b);
    const north = Math.cos(a) * Math.sin(b) - Math.sin(a) * Math.cos(b) * Math.cos(turn);
    return (Math.atan2(east, north) * 180) / Math.PI;
  };

  const chosenPlace = () => {
    const { flag, track } = lookout.state;
    if (flag !== null) return L.latLng(lookout.flags[flag].lat || 0, lookout.flags[flag].lon || 0);
    if (track === null) return null;
    const place = {};
    return lookout.placeNow(track, place) ? L.latLng(lookout.latOf(place.y), lookout.lonOf(place.x)) : null;
  };

  const describe = (point) => {
    const [flag] = lookout.made.flags.under(point, 14);
    if (flag !== undefined) {
      const { kind, who, score, state } = lookout.flags[flag];
      return `${format.words(kind)}: ${who}\n${state}, score ${format.number(score)}`;
    }
    const track = lookout.made.tracks.nearest(point, 12);
    if (track === null) return "";
    const traffic = lookout.tracks;
    const place = {};
    lookout.placeNow(track, place);
    const figures = [format.knots(traffic.sog[place.row]), format.course(traffic.cog[place.row])];
    if (lookout.isAir(traffic, track)) figures.push(format.feet(traffic.alt[place.row]));
    return `${lookout.nameOf(traffic.subjects[track][0])}\n${figures.join("  ")}`;
  };

  map.on("mousemove", (event) => {
    byId("cursor").textContent = format.position(event.latlng.lat, event.latlng.wrap().lng);
    const from = chosenPlace();
    byId("range").textContent = from
      ? `${format.course(bearing(from, event.latlng))} ${format.miles(map.distance(from, event.latlng))} from selected`
      : "";
    const text = describe(event.layerPoint);
    map.getContainer().classList.toggle("over", text !== "");
    hintAt(event.containerPoint, text);
  });
  map.on("mouseout movestart", () => hintAt(null, ""));

  // Clicking again on the same place goes through the flags that lie on each other there.
  map.on("click", (event) => {
    const reach = matchMedia("(pointer: coarse)").matches ? 22 : 14;
    const flags = lookout.made.flags.under(event.layerPoint, reach);
    if (flags.length) {
      const next = flags[(flags.indexOf(lookout.state.flag) + 1) % flags.length];
      lookout.select({ flag: next });
      return;
    }
    const track = lookout.made.tracks.nearest(event.layerPoint, reach);
    lookout.select(track === null ? {} : { track });
  });
}
