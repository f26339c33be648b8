// What the page does beside Gradio: draws figures in the colours of the theme, keeps one record in all forms, says
// when another model serves or the service is back, and mends attributes of Gradio's own markup.
(() => {
  "use strict";
  const PULSE_MS = 3000;
  let plotly;

  function loadPlotly() {
    plotly ??= new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = "own/plotly.min.js";
      script.onload = () => done(window.Plotly);
      script.onerror = failed;
      document.head.append(script);
    });
    return plotly;
  }

  function coloured(value, style) {
    if (Array.isArray(value)) return value.map((one) => coloured(one, style));
    if (value === null || typeof value !== "object") return value;
    if (typeof value.css === "string") return style.getPropertyValue(value.css).trim();
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, coloured(one, style)]));
  }

  async function draw(place) {
    const told = place.dataset.figure;
    if (place.drawn === told + theme()) return;
    place.drawn = told + theme();
    const Plotly = await loadPlotly();
    const { data, layout } = coloured(JSON.parse(told), getComputedStyle(document.body));
    if (!place.isConnected) return;
    const options = { displayModeBar: false, responsive: true, doubleClick: "reset", showTips: false };
    await Plotly.react(place, data, { ...layout, autosize: true }, options);
    place.dataset.ready = "true";
  }

  const theme = () => (document.body.classList.contains("dark") ? "dark" : "light");
  const drawAll = () => document.querySelectorAll("[data-figure]").forEach(draw);

  function mend() {
    document.querySelectorAll(".scroll, .gradio-container .table-wrap").forEach((one) => {
      if (!one.hasAttribute("tabindex")) one.tabIndex = 0;
    });
    document.querySelectorAll("input[type=file]:not([aria-label])").forEach((one) => {
      one.setAttribute("aria-label", "File to upload");
    });
  }

  // one record in all forms: what is typed into one stands in the others, also in those shown later
  const typed = new Map();
  let wanted;
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form.record");
    if (!form || !event.target.name) return;
    typed.set(event.target.name, event.target.type === "checkbox" ? event.target.checked : event.target.value);
    document.querySelectorAll("form.record").forEach((other) => other !== form && fill(other));
  });

  function fill(form) {
    for (const one of form.elements) {
      if (!typed.has(one.name)) continue;
      if (one.type === "checkbox") one.checked = typed.get(one.name);
      else one.value = typed.get(one.name);
    }
  }

  function fillNew() {
    document.querySelectorAll("form.record").forEach((form) => {
      if (!form.isFilled) fill(form);
      form.isFilled = true;
      if (form.dataset.tab !== wanted) return;
      wanted = undefined;
      form.requestSubmit();
    });
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-goto]");
    if (!link) return;
    wanted = link.dataset.goto;
    const tabs = [...document.querySelectorAll("button[role=tab]")];
    const tab = tabs.find((one) => one.textContent.trim().toLowerCase() === wanted);
    tab?.click();
    tab?.focus();
    window.scrollTo({ top: 0 });
    settle();
  });

  // arrow keys walk the tabs, as the pattern of a tab list asks
  document.addEventListener("keydown", (event) => {
    const tab = event.target.closest?.("button[role=tab]");
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!tab || !step) return;
    const tabs = [...tab.parentElement.querySelectorAll("button[role=tab]")];
    const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
    next.focus();
    next.click();
    event.preventDefault();
  });

  let seen;
  async function feel() {
    if (document.hidden) return;
    let now = "ui away";
    try {
      now = (await (await fetch("pulse")).json()).seen;
    } catch { /* the page itself is away; the next beat tells */ }
    if (seen !== undefined && now !== seen) document.dispatchEvent(new CustomEvent("herd:changed"));
    seen = now;
  }

  let isPending = false;
  function settle() {
    if (isPending) return;
    isPending = true;
    requestAnimationFrame(() => { isPending = false; drawAll(); fillNew(); mend(); });
  }

  new MutationObserver(settle).observe(document.documentElement, {
    childList: true, subtree: true, attributes: true, attributeFilter: ["class", "data-figure"],
  });
  setInterval(feel, PULSE_MS);
  document.addEventListener("visibilitychange", feel);
  feel();
  settle();
})();
