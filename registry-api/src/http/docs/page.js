
"use strict";

const make = (name, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
};

const input = (parameter) => {
  const { schema } = parameter;
  const choices = schema.enum ?? (schema.type === "boolean" ? ["true", "false"] : null);
  if (!choices) return make("input", { placeholder: schema.default ?? schema.format ?? "" });
  return make("select", {}, ...["", ...choices].map((it) => make("option", {}, it)));
};

const show = async (answer, place) => {
  const headers = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
  let text = await answer.text();
  try {
    text = JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // It is shown as it is.
  }
  place.textContent = `${answer.status} ${answer.statusText}\n${headers}\n\n${text}`;
};

const send = async (method, path, fields, body, place) => {
  const query = new URLSearchParams();
  const headers = new Headers();
  let target = path;
  for (const [parameter, field] of fields) {
    if (parameter.in === "path") {
      target = target.replace(`{${parameter.name}}`, encodeURIComponent(field.value));
    } else if (field.value !== "") {
      if (parameter.in === "query") query.set(parameter.name, field.value);
      else headers.set(parameter.name, field.value);
    }
  }
  const token = document.getElementById("token").value;
  if (token) headers.set("Authorization", `Bearer ${token}`);
  if (body) headers.set("Content-Type", "application/json");
  // Not by `size`, which not every browser has.
  const address = `${query}` ? `${target}?${query}` : target;
  const options = { method: method.toUpperCase(), headers, body: body?.value };
  place.textContent = `${options.method} ${address}\n…`;
  try {
    await show(await fetch(address, { ...options, credentials: "omit" }), place);
  } catch (error) {
    place.textContent = String(error);
  }
};

const operation = (method, path, { summary, description, parameters = [], requestBody }) => {
  const form = make("form", { autocomplete: "off" });
  const fields = parameters.map((parameter) => {
    const field = input(parameter);
    if (parameter.in === "path") Object.assign(field, { required: true, placeholder: parameter.example });
    form.append(make("label", {}, parameter.name), field);
    if (parameter.description) form.append(make("small", {}, parameter.description));
    return [parameter, field];
  });
  let body = null;
  if (requestBody) {
    const { example } = requestBody.content["application/json"];
    body = make("textarea", { value: JSON.stringify(example, null, 2), spellcheck: false });
    form.append(make("label", {}, "body"), body);
  }
  const place = make("pre", { hidden: true });
  form.append(make("button", {}, "Send"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    place.hidden = false;
    send(method, path, fields, body, place);
  });
  const head = make("summary", {}, make("b", {}, method.toUpperCase()), path, " ", make("i", {}, summary));
  return make("details", {}, head, make("p", {}, description ?? ""), form, place);
};

const load = async () => {
  const main = document.getElementById("operations");
  const contract = await (await fetch("openapi.json", { credentials: "omit" })).json();
  const sections = new Map(contract.tags.map(({ name, description }) => [
    name,
    make("section", {}, make("h2", {}, description)),
  ]));
  for (const [path, methods] of Object.entries(contract.paths)) {
    for (const [method, it] of Object.entries(methods)) {
      sections.get(it.tags[0]).append(operation(method, path, it));
    }
  }
  main.replaceChildren(...sections.values());
};

load().catch((error) => {
  document.getElementById("operations").textContent = String(error);
});
