(() => {
  "use strict";
  const root = document.documentElement;
  const cards = [...document.querySelectorAll(".card")];
  const titles = [...document.querySelectorAll("h3.app")];
  const form = document.querySelector(".filters");
  root.classList.add("scripted");

  // theme: what the system says, until the reader says otherwise
  const themes = ["system", "light", "dark"];
  const toggle = document.querySelector(".theme");
  const remembered = () => { try { return localStorage.getItem("eks-guard-theme"); } catch { return null; } };
  const remember = (theme) => { try { localStorage.setItem("eks-guard-theme", theme); } catch { /* files may have no storage */ } };
  const show = (theme) => {
    if (theme === "system") delete root.dataset.theme; else root.dataset.theme = theme;
    toggle.lastChild.textContent = theme;
  };
  let theme = themes.includes(remembered()) ? remembered() : "system";
  show(theme);
  toggle.hidden = false;
  toggle.addEventListener("click", () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length];
    show(theme);
    remember(theme);
  });

  // filters
  const words = new Map();
  const text = (card) => {
    if (!words.has(card)) words.set(card, card.textContent.toLowerCase());
    return words.get(card);
  };
  const filter = () => {
    const data = new FormData(form);
    const wanted = data.get("text").toLowerCase().split(/\s+/).filter(Boolean);
    const subject = data.get("subject");
    const app = data.get("app");
    const severities = new Set(data.getAll("severity"));
    const outcomes = new Set(data.getAll("outcome"));
    let shown = 0;
    for (const card of cards) {
      const { severity, outcome, subject: subjects, app: of } = card.dataset;
      const fits = severities.has(severity) && outcomes.has(outcome) && (!app || of === app)
        && (!subject || subjects.split(" ").includes(subject)) && wanted.every((word) => text(card).includes(word));
      card.hidden = !fits;
      shown += fits;
    }
    for (const title of titles) {
      title.hidden = !cards.some((card) => !card.hidden && `app-${card.dataset.app}` === title.id);
    }
    form.querySelector(".status").textContent = `${shown} of ${cards.length} shown`;
  };
  if (form) {
    form.hidden = false;
    form.addEventListener("input", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(filter));
    for (const button of form.querySelectorAll("[data-open]")) {
      button.addEventListener("click", () => {
        for (const card of cards) if (!card.hidden) card.open = button.dataset.open === "all";
      });
    }
    filter();
  }

  // clusters, narrowed down by any of their words
  const search = document.querySelector(".cluster-filter");
  const rows = [...document.querySelectorAll(".overview tbody tr")];
  const narrow = () => {
    const wanted = search.querySelector("input").value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const fits = wanted.every((word) => row.textContent.toLowerCase().includes(word));
      row.hidden = !fits;
      document.getElementById(row.dataset.cluster).hidden = !fits;
      shown += fits;
    }
    search.querySelector(".status").textContent = `${shown} of ${rows.length} clusters`;
  };
  if (search) {
    search.hidden = false;
    search.addEventListener("input", narrow);
    search.addEventListener("submit", (event) => event.preventDefault());
  }

  // a link to a finding or to a cluster shows it, whatever the filters say
  const reveal = () => {
    const cluster = document.querySelector(".cluster:target");
    if (cluster && search) {
      if (cluster.hidden) { search.reset(); narrow(); }
      cluster.querySelector("details").open = true;
      cluster.scrollIntoView();
    }
    const card = cards.find((each) => `#${each.id}` === location.hash);
    if (!card) return;
    if (card.hidden) form.reset();
    card.hidden = false;
    card.open = true;
    card.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  reveal();

  // copy buttons; the old way where the clipboard is not given to a file
  const copy = async (code) => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      return true;
    } catch {
      getSelection().selectAllChildren(code);
      return document.execCommand("copy");
    }
  };
  const spoken = document.querySelector(".spoken");
  document.addEventListener("click", async (event) => {
    const button = event.target.closest(".copy");
    if (!button) return;
    const words = button.firstChild;
    words.data = await copy(button.closest(".code").querySelector("code")) ? "Copied" : "Selected";
    spoken.textContent = words.data;
    setTimeout(() => { words.data = "Copy"; spoken.textContent = ""; }, 1600);
  });

  // on paper everything is open; older browsers cannot be told so in CSS
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = cards.filter((card) => !card.open && !card.closest(".brief"));
    for (const card of closed) card.open = true;
  });
  addEventListener("afterprint", () => { for (const card of closed) card.open = false; });
})();
