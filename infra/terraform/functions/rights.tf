# The rights of each function: the actions that its operation declares, on the tables,
# indexes and secrets that it names, in its own Region. A strongly consistent table that has
# no replica there is used in the member that the Region calls. The policies are values and not
# policy documents of the provider, so that tests with a mocked provider can read them.

locals {
  table_region = { for name, t in module.settings.context.tables : name => try(t.consistency == "strong", false) ? lookup(module.settings.strong_region, var.region, var.region) : var.region }

  # The keys of a table in module.settings.names.tables. While deploy:claims copies a table,
  # the functions have the rights for both, because a change of rights takes a while.
  table_names = { for name, t in module.settings.context.tables : name => !try(t.consistency == "strong", false) ? [name] : concat(
    module.settings.ordinary.exist ? ["${name}${module.settings.ordinary.suffix}"] : [],
    length(module.settings.strong.replicas) != 0 ? [name] : [],
  ) }

  # The Regions and keys of a table that a function uses: its own, and, for an operation that
  # reads all replicas, the others'.
  table_places = { for name, keys in local.table_names : name => {
    own = [for key in keys : [local.table_region[name], key]]
    all = concat([for key in keys : [local.table_region[name], key]],
    [for r in module.settings.strong.replicas : [r, name] if r != local.table_region[name] && contains(keys, name)])
  } }

  # The key's policy (root global) grants the use of the key to principals with access to
  # a table or secret, so no rights in KMS are needed here.
  rights = {
    for short, f in local.functions : short => flatten([
      for n, g in f.grants : [for at in can(g.secret) ? [["", ""]] : local.table_places[g.table][try(g.replicas, false) ? "all" : "own"] : merge({
        Effect = "Allow"
        Action = g.actions
        Resource = (
          can(g.secret) ? data.aws_secretsmanager_secret.secret[g.secret].arn :
          join("/index/", compact(["arn:${local.partition}:dynamodb:${at[0]}:${local.account}:table/${module.settings.names.tables[at[1]]}", try(g.index, "")]))
        )
      }, { for k, v in { Condition = { for operator, keys in local.conditions[short][n] : operator => jsondecode(keys) } } : k => v if length(v) > 0 })]
    ])
  }

  # The limits of each grant. A request without hash keys would satisfy ForAllValues, and
  # one without a projection would return every attribute, so Null and Select are conditions too. The maps
  # of the operators are JSON here, because both sides of ?: have one type.
  # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
  # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
  conditions = {
    for short, f in local.functions : short => [
      for g in f.grants : merge([
        can(g.keys) ? {
          "ForAllValues:StringLike" = jsonencode({ "dynamodb:LeadingKeys" = g.keys })
          "Null"                    = jsonencode({ "dynamodb:LeadingKeys" = "false" })
        } : {},
        can(g.attributes) ? {
          "ForAllValues:StringEquals" = jsonencode({ "dynamodb:Attributes" = g.attributes })
          "StringEquals"              = jsonencode({ "dynamodb:Select" = "SPECIFIC_ATTRIBUTES" })
        } : {},
        try(g.transaction, false) ? {
          "ForAnyValue:StringEquals" = jsonencode({ "dynamodb:EnclosingOperation" = ["TransactWriteItems"] })
        } : {},
      ]...)
    ]
  }

  # IAM's names belong to the account and not to a Region, so they contain the Region. A
  # name over IAM's 64 characters ends in a hash of the full name.
  role_names = {
    for short, name in local.names : short => (
      length("${name}-${var.region}") <= 64 ? "${name}-${var.region}" :
      "${substr(name, 0, 55)}-${substr(sha256("${name}-${var.region}"), 0, 8)}"
    )
  }
}

# AWS chooses the last six characters of the ARN. A pattern in their place would work as
# well, and would be a wildcard.
data "aws_secretsmanager_secret" "secret" {
  for_each = toset(flatten([for f in local.functions : [for g in f.grants : g.secret if can(g.secret)]]))
  region   = var.region

  name = module.settings.names.secrets[each.key]
}

resource "aws_iam_role" "function" {
  for_each = local.functions

  name        = local.role_names[each.key]
  description = "${each.value.operationId} in ${var.region}"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "function" {
  for_each = local.functions

  name = "operation"
  role = aws_iam_role.function[each.key].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(local.rights[each.key], [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "arn:${local.partition}:logs:${var.region}:${local.account}:log-group:/aws/lambda/${local.names[each.key]}:log-stream:*"
      },
      {
        # X-Ray's actions have no resource types: AWS accepts only * here.
        Effect   = "Allow"
        Action   = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]
        Resource = "*"
      },
    ])
  })
}
