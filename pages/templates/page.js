"use strict";
(() => {
  const PAPER_PX = 680;
  const plots = JSON.parse(document.getElementById("plots").textContent);
  const root = document.documentElement;
  const config = {responsive: true, displaylogo: false, displayModeBar: false, scrollZoom: false};

  // A colour is written {"css": "--name"}: it is looked up in the theme that is shown.
  const resolve = (value, style) => {
    if (Array.isArray(value)) return value.map(each => resolve(each, style));
    if (value === null || typeof value !== "object") return value;
    if ("css" in value) return style.getPropertyValue(value.css).trim();
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, resolve(each, style)]));
  };
  const draw = (plot, width) => {
    const host = document.getElementById(plot.id);
    const {data, layout} = resolve(plot.figure, getComputedStyle(root));
    const size = width ? {width: Math.min(width, host.clientWidth), autosize: false} : {autosize: true};
    return Plotly.react(host, data, {...layout, ...size}, config);
  };
  const drawAll = width => plots.forEach(plot => draw(plot, width));

  const resized = new Set();
  for (const fold of document.querySelectorAll("details.fold")) {
    fold.addEventListener("toggle", () => {
      if (!fold.open || resized.has(fold)) return;
      resized.add(fold);
      for (const host of fold.querySelectorAll(".plot")) Plotly.Plots.resize(host);
    });
  }
  if (matchMedia("(max-width: 60rem)").matches) document.querySelector(".contents").open = false;

  // One after the other, so that the page can be read while it is drawn.
  const next = place => {
    if (place === plots.length) { root.dataset.drawn = String(plots.length); return; }
    draw(plots[place]);
    setTimeout(next, 0, place + 1);
  };
  next(0);

  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawAll());
  let opened = [];
  addEventListener("beforeprint", () => {
    root.classList.add("print");
    opened = [...document.querySelectorAll("details:not([open])")];
    for (const each of opened) each.open = true;
    drawAll(PAPER_PX);
  });
  addEventListener("afterprint", () => {
    root.classList.remove("print");
    for (const each of opened) each.open = false;
    drawAll();
  });
})();
