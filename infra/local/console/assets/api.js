// The API of the running cloud.

export const api = new URL("api/", document.baseURI).pathname;

async function result(response) {
  const text = await response.text();
  if (!response.ok) {
    let message = text;
    try { message = JSON.parse(text).error ?? JSON.parse(text).message ?? text; } catch { /* plain text */ }
    throw new Error(message.trim() || `status ${response.status}`);
  }
  return text ? JSON.parse(text) : null;
}

export const get = async (path) => result(await fetch(api + path));

export const command = async (name, body) => result(await fetch(api + name, {
  method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
}));
