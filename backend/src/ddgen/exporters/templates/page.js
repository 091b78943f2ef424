"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector) => document.querySelector(selector);
  const store = (value) => {
    try {
      if (value === undefined) return localStorage.getItem("ddgen-theme");
      localStorage.setItem("ddgen-theme", value);
    } catch { /* A page opened from a file may have no storage. */ }
    return null;
  };

  const sections = all("section.table").map((element) => ({
    element,
    link: one(`#toc a[href="#${element.id}"]`),
    title: element.querySelector("h2").textContent.toLowerCase(),
    table: element.querySelector(".fields"),
    rows: all(".fields > tbody", element).map((body) => ({
      body,
      shown: [body.querySelector(".path"), body.querySelector(".name .bn"), body.querySelector(".type"), body.querySelector("summary span")],
      marks: (body.dataset.f || "").split(" "),
      text: "",
    })),
  }));
  const fields = sections.flatMap((section) => section.rows);
  const words = (row) => (row.text ||= all(".path, .name, .type, .more summary", row.body).map((part) => part.textContent).join("\n").toLowerCase());

  const query = one("#q");
  const type = one("#type");
  const found = one("#found");
  const buttons = all("[data-filter]");
  const filtering = () => query.value.trim() !== "" || type.value !== "" || buttons.some((button) => button.ariaPressed === "true");

  function highlight(terms) {
    if (!window.CSS || !CSS.highlights || !window.Highlight) return;
    CSS.highlights.clear();
    const ranges = [];
    for (const row of terms.length ? fields : []) {
      if (row.body.hidden || ranges.length > 1000) continue;
      for (const part of row.shown.filter(Boolean)) {
        const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
          const content = walker.currentNode.data.toLowerCase();
          for (const term of terms) {
            for (let at = content.indexOf(term); at >= 0; at = content.indexOf(term, at + term.length)) {
              if (at + term.length > walker.currentNode.length) break;
              const range = new Range();
              range.setStart(walker.currentNode, at);
              range.setEnd(walker.currentNode, at + term.length);
              ranges.push(range);
            }
          }
        }
      }
    }
    if (ranges.length) CSS.highlights.set("found", new Highlight(...ranges));
  }

  function apply() {
    const terms = query.value.toLowerCase().split(/\s+/).filter(Boolean);
    const marks = buttons.filter((button) => button.ariaPressed === "true").map((button) => button.dataset.filter);
    const active = filtering();
    let count = 0;
    for (const section of sections) {
      let here = 0;
      for (const row of section.rows) {
        const matches = marks.every((mark) => row.marks.includes(mark))
          && (!type.value || row.body.dataset.t.split(" ").includes(type.value))
          && terms.every((term) => section.title.includes(term) || words(row).includes(term));
        row.body.hidden = !matches;
        here += matches;
      }
      const hidden = active && here === 0 && !(terms.length && !marks.length && !type.value && terms.every((term) => section.title.includes(term)));
      section.element.hidden = hidden;
      if (section.link) section.link.parentElement.hidden = hidden;
      count += here;
    }
    found.textContent = active ? `${count.toLocaleString("en")} of ${fields.length.toLocaleString("en")} fields` : "";
    one("#nothing").hidden = !active || sections.some((section) => !section.element.hidden);
    highlight(terms);
  }

  const keys = {
    position: (body) => Number(body.querySelector(".n").textContent),
    path: (body) => body.querySelector(".path").textContent,
    name: (body) => body.querySelector(".bn")?.textContent ?? "\uffff",
    type: (body) => body.querySelector(".type").textContent,
    missing: (body) => Number(body.querySelector(".miss").dataset.v),
    distinct: (body) => Number(body.querySelector(".num").dataset.v),
  };
  const order = new Intl.Collator("en", { numeric: true }).compare;

  function sort(head, table) {
    const key = head.dataset.sort;
    const largeFirst = key === "missing" || key === "distinct";
    const was = head.ariaSort;
    const next = was === "none" ? (largeFirst ? "descending" : "ascending") : was === "ascending" ? "descending" : "ascending";
    for (const other of all("th[data-sort]", table)) other.ariaSort = other === head ? next : "none";
    const sign = next === "ascending" ? 1 : -1;
    const bodies = [...table.tBodies].map((body) => [keys[key](body), keys.position(body), body]);
    bodies.sort(([a, i], [b, j]) => sign * (typeof a === "number" ? a - b : order(a, b)) || i - j);
    table.append(...bodies.map(([, , body]) => body));
  }

  for (const head of all(".fields th[data-sort]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    head.ariaSort = head.dataset.sort === "position" ? "ascending" : "none";
    button.addEventListener("click", () => sort(head, head.closest("table")));
  }

  const themes = ["auto", "light", "dark"];
  const theme = one("#theme");
  function wear(name) {
    if (name === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = name;
    theme.textContent = { auto: "Theme: auto", light: "Theme: light", dark: "Theme: dark" }[name];
  }
  let worn = [store(), document.documentElement.dataset.theme, "auto"].find((name) => themes.includes(name));
  wear(worn);
  theme.addEventListener("click", () => {
    worn = themes[(themes.indexOf(worn) + 1) % themes.length];
    wear(worn);
    store(worn);
  });

  const unfold = one("#unfold");
  unfold.addEventListener("click", () => {
    const open = unfold.textContent.startsWith("Unfold");
    for (const row of fields) if (!row.body.hidden) row.body.querySelector("details:has(> .detail)").open = open;
    unfold.textContent = open ? "Fold all" : "Unfold all";
  });

  function reset() {
    query.value = "";
    type.value = "";
    for (const button of buttons) button.ariaPressed = "false";
    apply();
  }
  function follow() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target || !target.matches(".fields > tbody, section.table")) return;
    if (target.hidden || target.closest("section").hidden) reset();
    if (target.matches("tbody")) target.querySelector(".more details").open = true;
    target.scrollIntoView();
  }

  let waiting = 0;
  query.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(apply, fields.length > 3000 ? 120 : 0);
  });
  type.addEventListener("change", apply);
  for (const button of buttons) {
    button.addEventListener("click", () => {
      button.ariaPressed = String(button.ariaPressed !== "true");
      apply();
    });
  }
  one("#reset").addEventListener("click", reset);
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !event.target.closest("input, select, textarea")) {
      event.preventDefault();
      query.focus();
      query.select();
    } else if (event.key === "Escape" && filtering()) {
      reset();
    }
  });
  addEventListener("hashchange", follow);
  one(".tools").hidden = false;
  if (query.value || type.value) apply();
  follow();
})();
