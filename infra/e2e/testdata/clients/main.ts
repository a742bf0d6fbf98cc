// Uses the generated client as main.go does.
import { createClient, type Problem } from "client";

declare const process: { env: Record<string, string>; exitCode?: number };

const as = (user: string) => createClient({ baseUrl: process.env.BASE_URL, token: () => process.env[user] });

function check(condition: unknown, message: string, value: unknown): asserts condition {
  if (!condition) throw new Error(`${message}: ${JSON.stringify(value)}`);
}

async function open(user: string) {
  const client = as(user);
  const before = await client.GET("/accounts/me");
  check(before.error?.type === "urn:meridian:problem:not-found", `${user} has no account yet`, before);
  const problem: Problem = before.error;
  check(problem.status === 404, "the problem has its status", problem);
  const created = await client.POST("/accounts", { body: { country: "CA", email: `${user}@example.com` } });
  check(created.data, `create the account of ${user}`, created.error);
  const after = await client.GET("/accounts/me");
  check(after.data?.accountId === created.data.accountId, `${user} has an account`, after);
}

async function list() {
  const client = as("root");
  let cursor: string | undefined;
  let found = 0;
  do {
    const page = await client.GET("/accounts", { params: { query: { limit: 1, cursor } } });
    check(page.data && page.data.items.length <= 1, "list the accounts", page.error ?? page.data);
    found += page.data.items.length;
    cursor = page.data.nextCursor;
  } while (cursor);
  check(found === 2, "the pages have 2 accounts", found);
}

// The compiler must refuse what the contract does not have: these lines fail if it does not.
export async function refused() {
  // @ts-expect-error The path is misspelt.
  await as("ada").GET("/accounts/my");
  // @ts-expect-error The e-mail address is missing.
  await as("ada").POST("/accounts", { body: { country: "CA" } });
}

await open("ada");
await open("bob");
await list();
console.log("ok");
