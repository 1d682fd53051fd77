// A page that was opened from a disk may start no worker, and the search asks for one: it gets a hidden frame instead.
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    constructor(url) {
      super();
      this.waiting = [];
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      this.frame.title = "search";
      document.body.append(this.frame);
      const inner = this.frame.contentWindow;
      inner.importScripts = (...names) => names.reduce((before, name) => before.then(() => load(inner, name)), Promise.resolve());
      inner.postMessage = (data) => {
        const event = new MessageEvent("message", { data });
        this.dispatchEvent(event);
        this.onmessage?.(event);
      };
      load(inner, url).then(() => {
        this.ready = true;
        this.waiting.splice(0).forEach((data) => this.postMessage(data));
      });
    }
    postMessage(data) {
      if (!this.ready) this.waiting.push(data);
      else this.frame.contentWindow.dispatchEvent(new MessageEvent("message", { data }));
    }
    terminate() {
      this.frame.remove();
    }
  };
  const load = (inner, url) =>
    new Promise((loaded, failed) => {
      const script = inner.document.createElement("script");
      script.src = new URL(url, location.href).href;
      script.onload = loaded;
      script.onerror = failed;
      inner.document.body.append(script);
    });
}
