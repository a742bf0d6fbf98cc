# What each function may do: the actions that its operation declares, on the
# tables, indexes and secrets that it names, in its own Region, and nothing else.
# The policies are written as values and not as policy documents of the provider,
# so that tests with a mocked provider read them too.

locals {
  # Rights to use the keys of tables and secrets are not here: the key's policy
  # gives them to whoever may use the table or secret (see the root global).
  rights = {
    for short, f in local.functions : short => [
      for g in f.grants : {
        Effect = "Allow"
        Action = g.actions
        Resource = (
          can(g.secret) ? data.aws_secretsmanager_secret.secret[g.secret].arn :
          join("/index/", compact(["arn:${local.partition}:dynamodb:${var.region}:${local.account}:table/${module.settings.names.tables[g.table]}", try(g.index, "")]))
        )
      }
    ]
  }

  # IAM's names are the account's, not the Region's, so the Region is in them. A
  # name that grows beyond IAM's 64 characters ends in a hash of the whole.
  role_names = {
    for short, name in local.names : short => (
      length("${name}-${var.region}") <= 64 ? "${name}-${var.region}" :
      "${substr(name, 0, 55)}-${substr(sha256("${name}-${var.region}"), 0, 8)}"
    )
  }
}

# The ARN ends in six characters of AWS's choice. A pattern in their place would
# do as well, and would be a wildcard.
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
        # X-Ray's actions know no resource: AWS takes nothing but * here.
        Effect   = "Allow"
        Action   = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]
        Resource = "*"
      },
    ])
  })
}
