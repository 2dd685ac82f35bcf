"use strict";
(function () {
  const trace = JSON.parse(document.getElementById("trace").textContent);
  const picture = document.getElementById("picture");
  const title = document.getElementById("title");
  const why = document.getElementById("why");
  const place = document.getElementById("place");
  const items = Array.from(document.querySelectorAll("#steps button"));
  const last = trace.steps.length - 1;
  const lit = trace.lit.map(function (name) { return "." + name; }).join(",");
  const PACE = 1200;
  let now = -1;
  let drawn = -1;
  let timer = 0;

  function row(number) {
    const line = document.createDocumentFragment();
    const runs = trace.rows[number];
    for (let i = 0; i < runs.length; i += 2) {
      const span = document.createElement("span");
      span.className = trace.paints[runs[i + 1]];
      span.textContent = runs[i];
      line.appendChild(span);
    }
    line.appendChild(document.createTextNode("\n"));
    return line;
  }

  function draw(number) {
    if (number === drawn) {
      return;
    }
    drawn = number;
    const rows = document.createDocumentFragment();
    trace.pictures[number].forEach(function (one) { rows.appendChild(row(one)); });
    picture.replaceChildren(rows);
    const here = lit && picture.querySelector(lit);
    if (here) {
      here.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  }

  function show(step) {
    step = Math.min(Math.max(step, 0), last);
    if (step === now) {
      return;
    }
    if (items[now]) {
      items[now].removeAttribute("aria-current");
    }
    now = step;
    draw(trace.steps[now].picture);
    title.textContent = trace.steps[now].words[0];
    why.textContent = trace.steps[now].words[1];
    place.value = String(now);
    items[now].setAttribute("aria-current", "step");
  }

  function stop() {
    window.clearInterval(timer);
    timer = 0;
    document.getElementById("play").setAttribute("aria-pressed", "false");
  }

  function play() {
    if (timer) {
      stop();
      return;
    }
    if (now === last) {
      show(0);
    }
    document.getElementById("play").setAttribute("aria-pressed", "true");
    timer = window.setInterval(function () {
      show(now + 1);
      if (now === last) {
        stop();
      }
    }, PACE);
  }

  function go(step) {
    stop();
    show(step);
  }

  const actions = {
    first: function () { go(0); },
    back: function () { go(now - 1); },
    next: function () { go(now + 1); },
    last: function () { go(last); },
    play: play
  };
  const keys = { Home: "first", ArrowLeft: "back", ArrowRight: "next", End: "last", " ": "play" };

  Object.keys(actions).forEach(function (name) {
    document.getElementById(name).addEventListener("click", actions[name]);
  });
  items.forEach(function (item, number) {
    item.addEventListener("click", function () { go(number); });
  });
  place.addEventListener("input", function () { go(Number(place.value)); });
  document.addEventListener("keydown", function (event) {
    const name = keys[event.key];
    const tag = event.target instanceof Element ? event.target.tagName : "";
    if (!name || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || tag === "INPUT") {
      return;
    }
    if (event.key === " " && tag === "BUTTON") {
      return;
    }
    event.preventDefault();
    actions[name]();
  });

  function wanted() {
    const named = /^#step-(\d+)$/.exec(window.location.hash);
    return named ? Number(named[1]) - 1 : trace.opening;
  }

  window.addEventListener("hashchange", function () { go(wanted()); });
  show(wanted());
})();
