# The roles of .github/workflows/deploy.yml. GitHub proves with an OIDC token which
# repository and which GitHub environment a job belongs to, so no key of AWS is stored
# there. Each environment of the account has two roles: ENV deploys after a reviewer has
# approved the job, and ENV-plan reads.

variable "github_repository" {
  description = "The repository whose workflows deploy, as OWNER/NAME on GitHub: the one in infra/system.json unless it is set."
  type        = string
  default     = null

  validation {
    condition     = var.github_repository == null || can(regex("^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$", var.github_repository))
    error_message = "Write it as OWNER/NAME."
  }
}

locals {
  github_repository = coalesce(var.github_repository, module.settings.system.repository)

  # A developer's environment is deployed from a machine, and so is one with local states.
  deployed = [
    for f in fileset("${var.repository}/infra/environments", "*.json") : trimsuffix(f, ".json")
    if f != "template.json" && try(
      jsondecode(file("${var.repository}/infra/environments/${f}")).account == local.settings.account
      && jsondecode(file("${var.repository}/infra/environments/${f}")).state.backend == "s3", false
    )
  ]
  # By GitHub environment.
  deployers = merge([for e in local.deployed : {
    (e)         = { environment = e, deploys = true }
    "${e}-plan" = { environment = e, deploys = false }
  }]...)

  issuer = "token.actions.githubusercontent.com"

  # What a plan reads: configurations, and not items of tables, users, log events and objects.
  read_actions = [
    "acm:DescribeCertificate", "acm:ListCertificates", "acm:ListTagsForCertificate", "apigateway:GET",
    "budgets:ListTagsForResource", "budgets:ViewBudget", "cloudfront:Get*", "cloudfront:List*",
    "cloudwatch:DescribeAlarms", "cloudwatch:GetDashboard", "cloudwatch:ListTagsForResource",
    "cognito-idp:DescribeResourceServer", "cognito-idp:DescribeRiskConfiguration", "cognito-idp:DescribeUserPool",
    "cognito-idp:DescribeUserPoolClient", "cognito-idp:DescribeUserPoolDomain", "cognito-idp:GetUserPoolMfaConfig",
    "cognito-idp:ListTagsForResource", "cognito-idp:ListUserPools",
    "dynamodb:DescribeContinuousBackups", "dynamodb:DescribeTable", "dynamodb:DescribeTimeToLive",
    "dynamodb:GetResourcePolicy", "dynamodb:ListTagsOfResource",
    "iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListInstanceProfilesForRole", "iam:ListRolePolicies",
    "kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListAliases", "kms:ListResourceTags",
    "lambda:Get*", "lambda:List*", "logs:DescribeLogGroups", "logs:ListTagsForResource",
    "route53:Get*", "route53:List*", "s3:GetAccelerateConfiguration", "s3:GetBucket*", "s3:GetEncryptionConfiguration",
    "s3:GetLifecycleConfiguration", "s3:GetReplicationConfiguration", "s3:ListBucket",
    "secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy", "secretsmanager:ListSecrets",
    "sns:GetSubscriptionAttributes", "sns:GetTopicAttributes", "sns:ListTagsForResource",
    "wafv2:Get*", "wafv2:List*", "xray:GetGroup", "xray:GetGroups", "xray:GetSamplingRules", "xray:ListTagsForResource",
  ]

  # What a deployment changes on resources whose ids AWS chooses.
  unnamed_actions = [
    "acm:AddTagsToCertificate", "acm:DeleteCertificate", "acm:RemoveTagsFromCertificate", "acm:RequestCertificate",
    "apigateway:DELETE", "apigateway:PATCH", "apigateway:POST", "apigateway:PUT", "apigateway:SetWebACL",
    "budgets:ModifyBudget", "budgets:TagResource", "budgets:UntagResource",
    "cloudfront:Create*", "cloudfront:Delete*", "cloudfront:TagResource", "cloudfront:UntagResource", "cloudfront:Update*",
    "cognito-idp:CreateResourceServer", "cognito-idp:CreateUserPool", "cognito-idp:CreateUserPoolClient", "cognito-idp:CreateUserPoolDomain",
    "cognito-idp:DeleteResourceServer", "cognito-idp:DeleteUserPool", "cognito-idp:DeleteUserPoolClient", "cognito-idp:DeleteUserPoolDomain",
    "cognito-idp:SetRiskConfiguration", "cognito-idp:SetUserPoolMfaConfig", "cognito-idp:TagResource", "cognito-idp:UntagResource",
    "cognito-idp:UpdateResourceServer", "cognito-idp:UpdateUserPool", "cognito-idp:UpdateUserPoolClient",
    "kms:CreateAlias", "kms:CreateKey", "kms:DeleteAlias", "kms:EnableKeyRotation", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion",
    "kms:TagResource", "kms:UntagResource", "kms:UpdateAlias", "kms:UpdateKeyDescription",
    "logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DescribeResourcePolicies", "logs:GetLogDelivery",
    "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:UpdateLogDelivery",
    "route53:ChangeResourceRecordSets", "route53:ChangeTagsForResource", "route53:CreateHealthCheck", "route53:DeleteHealthCheck", "route53:UpdateHealthCheck",
    "wafv2:AssociateWebACL", "wafv2:CreateWebACL", "wafv2:DeleteLoggingConfiguration", "wafv2:DeleteWebACL", "wafv2:DisassociateWebACL",
    "wafv2:PutLoggingConfiguration", "wafv2:TagResource", "wafv2:UntagResource", "wafv2:UpdateWebACL",
    "xray:CreateGroup", "xray:CreateSamplingRule", "xray:DeleteGroup", "xray:DeleteSamplingRule", "xray:TagResource",
    "xray:UntagResource", "xray:UpdateGroup", "xray:UpdateSamplingRule",
  ]
}

resource "aws_iam_openid_connect_provider" "github" {
  url            = "https://${local.issuer}"
  client_id_list = ["sts.amazonaws.com"]
}

resource "aws_iam_role" "github" {
  for_each = local.deployers

  name                 = "${module.settings.system.name}-github-${each.key}"
  description          = each.value.deploys ? "GitHub deploys ${each.value.environment}" : "GitHub plans ${each.value.environment}"
  max_session_duration = each.value.deploys ? 10800 : 3600 # the workflow's role-duration-seconds

  # The subject names the GitHub environment, whose reviewers and branches GitHub checks
  # before it issues the token. A branch or a pull request has other subjects.
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = aws_iam_openid_connect_provider.github.arn }
      Condition = { StringEquals = {
        "${local.issuer}:aud" = "sts.amazonaws.com"
        "${local.issuer}:sub" = "repo:${local.github_repository}:environment:${each.key}"
      } }
    }]
  })
}

resource "aws_iam_policy" "read" {
  #checkov:skip=CKV_AWS_355: a plan reads resources that it does not know yet, and data sources list them.
  name        = "${module.settings.system.name}-github-read"
  description = "Reads the configuration of what Terraform manages, and no data"

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = local.read_actions, Resource = "*" }]
  })
}

# The states, and what a plan and a build write: locks of states and stored releases. A
# plan also compares the portal's files and the first value of each secret, which the
# provider reads.
resource "aws_iam_policy" "states" {
  #checkov:skip=CKV_AWS_288: a state contains secrets, and the provider reads the version of a secret with its value.
  for_each = toset(local.deployed)

  name        = "${module.settings.system.name}-github-states-${each.key}"
  description = "Reads the states of ${each.key}, and writes its locks and stored releases"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "s3:GetObject", Resource = "${module.state["primary"].arn}/${each.key}/*" },
      { Effect = "Allow", Action = ["s3:DeleteObject", "s3:PutObject"], Resource = [
        "${module.state["primary"].arn}/${each.key}/*.tflock", "${module.state["primary"].arn}/${each.key}/releases/*",
      ] },
      { Effect = "Allow", Action = ["kms:Decrypt", "kms:GenerateDataKey"], Resource = aws_kms_key.state["primary"].arn },
      { Effect = "Allow", Action = ["s3:GetObject", "s3:GetObjectTagging"], Resource = "arn:${local.partition}:s3:::${each.key}-${module.settings.system.name}-portal-${local.account}/*" },
      { Effect = "Allow", Action = "secretsmanager:GetSecretValue", Resource = "arn:${local.partition}:secretsmanager:*:${local.account}:secret:${each.key}/*" },
    ]
  })
}

# Names of an environment begin with its own, and have no other environment's as a
# beginning, because an environment's name has no hyphen.
resource "aws_iam_policy" "named" {
  #checkov:skip=CKV_AWS_286: a deployment creates the roles of functions, under the environment's names and for Lambda only.
  #checkov:skip=CKV_AWS_288: DynamoDB requires the rights on items of whoever creates a replica.
  #checkov:skip=CKV_AWS_289: see CKV_AWS_286.
  #checkov:skip=CKV_AWS_290: each right is confined to the environment's names.
  for_each = toset(local.deployed)

  name        = "${module.settings.system.name}-github-deploy-${each.key}"
  description = "Changes what is named after ${each.key}"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = ["s3:DeleteObject", "s3:PutObject"], Resource = "${module.state["primary"].arn}/${each.key}/*" },
      { Effect = "Allow", Action = ["s3:CreateBucket", "s3:DeleteBucket*", "s3:DeleteObject*", "s3:ListBucketVersions", "s3:PutBucket*", "s3:PutEncryptionConfiguration", "s3:PutLifecycleConfiguration", "s3:PutObject*"], Resource = [
        "arn:${local.partition}:s3:::${each.key}-${module.settings.system.name}-portal-${local.account}", "arn:${local.partition}:s3:::${each.key}-${module.settings.system.name}-portal-${local.account}/*",
      ] },
      { Effect = "Allow", Action = ["iam:CreateRole", "iam:DeleteRole", "iam:DeleteRolePolicy", "iam:PutRolePolicy", "iam:TagRole", "iam:UntagRole", "iam:UpdateAssumeRolePolicy", "iam:UpdateRole", "iam:UpdateRoleDescription"], Resource = "arn:${local.partition}:iam::${local.account}:role/${each.key}-*" },
      { Effect = "Allow", Action = "iam:PassRole", Resource = "arn:${local.partition}:iam::${local.account}:role/${each.key}-*", Condition = { StringEquals = { "iam:PassedToService" = "lambda.amazonaws.com" } } },
      # The roles of AWS's own services, which the first API, table and firewall of an account need.
      { Effect = "Allow", Action = "iam:CreateServiceLinkedRole", Resource = "arn:${local.partition}:iam::${local.account}:role/aws-service-role/*", Condition = { StringEquals = { "iam:AWSServiceName" = [
        "ops.apigateway.amazonaws.com", "replication.dynamodb.amazonaws.com", "wafv2.amazonaws.com",
      ] } } },
      { Effect = "Allow", Action = ["lambda:AddPermission", "lambda:Create*", "lambda:Delete*", "lambda:InvokeFunction", "lambda:PublishVersion", "lambda:Put*", "lambda:RemovePermission", "lambda:TagResource", "lambda:UntagResource", "lambda:Update*"], Resource = "arn:${local.partition}:lambda:*:${local.account}:function:${each.key}-*" },
      # AWS's guide "Using IAM with global tables" has the rights on items.
      { Effect = "Allow", Action = [
        "dynamodb:BatchWriteItem", "dynamodb:CreateTable", "dynamodb:CreateTableReplica", "dynamodb:DeleteItem", "dynamodb:DeleteTable", "dynamodb:DeleteTableReplica",
        "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:TagResource", "dynamodb:UntagResource",
        "dynamodb:UpdateContinuousBackups", "dynamodb:UpdateItem", "dynamodb:UpdateTable", "dynamodb:UpdateTimeToLive",
      ], Resource = "arn:${local.partition}:dynamodb:*:${local.account}:table/${each.key}-*" },
      { Effect = "Allow", Action = [
        "secretsmanager:CancelRotateSecret", "secretsmanager:CreateSecret", "secretsmanager:DeleteSecret", "secretsmanager:PutSecretValue", "secretsmanager:RemoveRegionsFromReplication",
        "secretsmanager:ReplicateSecretToRegions", "secretsmanager:RotateSecret", "secretsmanager:TagResource", "secretsmanager:UntagResource", "secretsmanager:UpdateSecret", "secretsmanager:UpdateSecretVersionStage",
      ], Resource = "arn:${local.partition}:secretsmanager:*:${local.account}:secret:${each.key}/*" },
      { Effect = "Allow", Action = ["sns:CreateTopic", "sns:DeleteTopic", "sns:SetTopicAttributes", "sns:Subscribe", "sns:TagResource", "sns:Unsubscribe", "sns:UntagResource"], Resource = "arn:${local.partition}:sns:*:${local.account}:${each.key}-*" },
      { Effect = "Allow", Action = ["cloudwatch:DeleteAlarms", "cloudwatch:DeleteDashboards", "cloudwatch:PutCompositeAlarm", "cloudwatch:PutDashboard", "cloudwatch:PutMetricAlarm", "cloudwatch:TagResource", "cloudwatch:UntagResource"], Resource = [
        "arn:${local.partition}:cloudwatch:*:${local.account}:alarm:${each.key}-*", "arn:${local.partition}:cloudwatch::${local.account}:dashboard/${each.key}-*",
      ] },
      # API Gateway, Lambda and WAF prescribe the beginnings.
      { Effect = "Allow", Action = ["logs:AssociateKmsKey", "logs:CreateLogGroup", "logs:DeleteLogGroup", "logs:PutRetentionPolicy", "logs:TagResource", "logs:UntagResource"], Resource = [
        for prefix in ["/aws/lambda/${each.key}-", "/aws/apigateway/${each.key}/", "API-Gateway-Execution-Logs_", "aws-waf-logs-${each.key}"] :
        "arn:${local.partition}:logs:*:${local.account}:log-group:${prefix}*"
      ] },
    ]
  })
}

# Environments of one account share these rights, so a shared environment that others
# must not change has an account of its own.
resource "aws_iam_policy" "unnamed" {
  #checkov:skip=CKV_AWS_289: a key's policy belongs to the environment, and AWS chooses the key's id.
  #checkov:skip=CKV_AWS_290: AWS chooses the ids of these resources.
  #checkov:skip=CKV_AWS_355: see CKV_AWS_290.
  name        = "${module.settings.system.name}-github-deploy"
  description = "Changes resources whose ids AWS chooses"

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = local.unnamed_actions, Resource = "*" }]
  })
}

locals {
  # The policies of each role.
  github_policies = merge([for name, d in local.deployers : merge(
    { "${name} read" = { role = name, arn = aws_iam_policy.read.arn }, "${name} states" = { role = name, arn = aws_iam_policy.states[d.environment].arn } },
    { for kind, arn in { named = aws_iam_policy.named[d.environment].arn, unnamed = aws_iam_policy.unnamed.arn } : "${name} ${kind}" => { role = name, arn = arn } if d.deploys },
  )]...)
}

resource "aws_iam_role_policy_attachment" "github" {
  for_each = local.github_policies

  role       = aws_iam_role.github[each.value.role].name
  policy_arn = each.value.arn
}
