import createFetchClient, { type Client, type ClientOptions } from "openapi-fetch";
import type { components, paths } from "./schema.js";

export type { components, operations, paths } from "./schema.js";

/** The body of the response to a failed request (RFC 9457). */
export type Problem = components["schemas"]["Problem"];

/** Options of createClient, with those of openapi-fetch. */
export interface Options extends ClientOptions {
  /** The URL of the API. */
  baseUrl: string;
  /** Returns the access token of a request. Without it requests have no token. */
  token?: () => string | Promise<string>;
}

/** Returns a client of the API. Its methods return `data` or, for a problem, `error`. */
export function createClient({ token, ...options }: Options): Client<paths> {
  const client = createFetchClient<paths>(options);
  if (token) {
    client.use({
      async onRequest({ request }) {
        request.headers.set("Authorization", `Bearer ${await token()}`);
        return request;
      },
    });
  }
  return client;
}
