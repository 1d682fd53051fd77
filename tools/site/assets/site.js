// What assistive technology asks of the theme: a name for the search, and no landmark for each block of code.
document.querySelector('.md-search[role="dialog"]')?.setAttribute("aria-label", "Search");
const calm = () => document.querySelectorAll("nav.md-code__nav:not([role])").forEach((nav) => nav.setAttribute("role", "presentation"));
calm();
new MutationObserver(calm).observe(document.body, { childList: true, subtree: true });
