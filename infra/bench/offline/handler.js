// What updateAccount answers without If-Match, before it asks its table.
exports.update = async (event) => ({
  statusCode: 428,
  headers: { "Content-Type": "application/problem+json" },
  body: JSON.stringify({
    type: "about:blank",
    title: "Precondition required",
    status: 428,
    instance: event.requestContext.requestId,
  }),
});
