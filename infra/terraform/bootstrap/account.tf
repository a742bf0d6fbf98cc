# Resources that an account has once and its environments share.

locals {
  # All Regions of all environments in this account. A developer's environment has the
  # template's Regions.
  files   = [for f in fileset("${var.repository}/infra/environments", "*.json") : jsondecode(file("${var.repository}/infra/environments/${f}"))]
  regions = toset(flatten([for e in local.files : e.regions if e.account == local.settings.account]))
}

# No bucket of the account can be public, whatever its own policy says.
resource "aws_s3_account_public_access_block" "account" {
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

# API Gateway writes the logs of all APIs of a Region with one role. Without it, no stage
# can have an access log.
resource "aws_iam_role" "gateway" {
  name        = "${module.settings.system.name}-api-gateway-logs"
  description = "API Gateway writes access and execution logs"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "apigateway.amazonaws.com" }
    }]
  })
}

# This is AWS's own policy: API Gateway chooses the names of some log groups itself.
resource "aws_iam_role_policy_attachment" "gateway" {
  role       = aws_iam_role.gateway.name
  policy_arn = "arn:${local.partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
}

resource "aws_api_gateway_account" "account" {
  for_each = local.regions
  region   = each.key

  cloudwatch_role_arn = aws_iam_role.gateway.arn

  depends_on = [aws_iam_role_policy_attachment.gateway]
}

# WAF delivers its logs with a policy of CloudWatch Logs, to which AWS would add each log
# group by name until the policy reaches 5,120 characters and the next environment's
# firewall cannot log (Amazon CloudWatch Logs user guide, "Enable logging from AWS
# services"). This one has all names that WAF accepts, so AWS adds none.
resource "aws_cloudwatch_log_resource_policy" "firewall" {
  for_each = local.regions
  region   = each.key

  policy_name = "${module.settings.system.name}-firewall-logs"
  policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "delivery.logs.amazonaws.com" }
      Action    = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource  = "arn:${local.partition}:logs:${each.key}:${local.account}:log-group:aws-waf-logs-*:log-stream:*"
      Condition = {
        StringEquals = { "aws:SourceAccount" = local.account }
        ArnLike      = { "aws:SourceArn" = "arn:${local.partition}:logs:${each.key}:${local.account}:*" }
      }
    }]
  })
}
