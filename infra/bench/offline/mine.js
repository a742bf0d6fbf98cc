const { DynamoDBClient, GetItemCommand } = require("@aws-sdk/client-dynamodb");

const table = new DynamoDBClient({ endpoint: process.env.DYNAMODB, region: process.env.REGION });

// What getMyAccount answers.
exports.mine = async (event) => {
  const { Item: item } = await table.send(new GetItemCommand({
    TableName: process.env.TABLE,
    Key: { pk: { S: "account#" + event.requestContext.authorizer.claims.sub } },
  }));
  return {
    statusCode: 200,
    headers: { "Content-Type": "application/json", ETag: `"${item.version.N}"` },
    body: JSON.stringify({
      accountId: item.pk.S.slice("account#".length),
      email: item.email.S,
      country: item.country.S,
      status: item.status.S,
      createdAt: item.createdAt.S,
      updatedAt: item.updatedAt.S,
    }),
  };
};
