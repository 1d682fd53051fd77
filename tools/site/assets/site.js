// What assistive technology asks of the theme: a name for the search, no landmark for each block of code, and tables that the keyboard scrolls.
document.querySelector('.md-search[role="dialog"]')?.setAttribute("aria-label", "Search");
const calm = () => {
  document.querySelectorAll("nav.md-code__nav:not([role])").forEach((nav) => nav.setAttribute("role", "presentation"));
  document.querySelectorAll(".md-typeset__scrollwrap").forEach((table) => {
    if (table.scrollWidth > table.clientWidth) table.tabIndex = 0;
    else table.removeAttribute("tabindex");
  });
};
calm();
new MutationObserver(calm).observe(document.body, { childList: true, subtree: true });
addEventListener("resize", calm);
