# The Lambdas of one context in one Region: one per operation.

locals {
  functions = module.settings.context.functions
  artifacts = "${coalesce(var.artifacts, "${var.repository}/dist/functions/linux-arm64")}/${var.context}"
  names     = { for short in keys(local.functions) : short => module.settings.names.functions["${var.context}-${short}"] }
}

# Made by the root global; its id is AWS's choice, so it is looked up by alias.
data "aws_kms_alias" "environment" {
  region = var.region
  name   = module.settings.names.key_alias
}

# Lambda would make the group itself, without retention, key or tags.
resource "aws_cloudwatch_log_group" "function" {
  for_each = local.functions
  region   = var.region

  name              = "/aws/lambda/${local.names[each.key]}"
  retention_in_days = local.settings.logs.retentionDays
  kms_key_id        = data.aws_kms_alias.environment.target_key_arn
}

resource "aws_lambda_function" "function" {
  #checkov:skip=CKV_AWS_116: a dead letter queue is for asynchronous invocations, and API Gateway waits for the answer.
  #checkov:skip=CKV_AWS_117: everything that a function calls has a public, authenticated endpoint of AWS; a VPC would add network interfaces and NAT, and protect nothing.
  #checkov:skip=CKV_AWS_173: the variables are the environment's name and the number of threads; a key of our own would put a call to KMS into every cold start.
  #checkov:skip=CKV_AWS_272: what is deployed is built by the same pipeline that would sign it, and the roles below let no other write code.
  for_each = local.functions
  region   = var.region

  function_name = local.names[each.key]
  description   = "${each.value.method} ${each.value.path}"
  role          = aws_iam_role.function[each.key].arn

  filename         = "${local.artifacts}/${each.key}.zip"
  source_code_hash = try(filebase64sha256("${local.artifacts}/${each.key}.zip"), null)
  runtime          = "provided.al2023"
  architectures    = ["arm64"]
  handler          = "bootstrap"
  memory_size      = each.value.memoryMB
  timeout          = each.value.timeoutSeconds
  publish          = true

  # A cap as much as a reservation: no function can take the account's
  # concurrency from the others, or cost more than this many at work.
  reserved_concurrent_executions = module.settings.reserved_concurrency["${var.context}-${each.key}"]

  environment {
    variables = merge(each.value.environment, { ENVIRONMENT = var.environment })
  }

  logging_config {
    log_format            = "JSON"
    application_log_level = "INFO"
    system_log_level      = "INFO" # with the report of each invocation, initialisation included
    log_group             = aws_cloudwatch_log_group.function[each.key].name
  }

  tracing_config {
    mode = "Active"
  }

  # The first invocation must find its rights.
  depends_on = [aws_iam_role_policy.function]

  # Not an error of the hash, so that a context can be destroyed without being
  # built: preconditions are for what is to be made.
  lifecycle {
    precondition {
      condition     = fileexists("${local.artifacts}/${each.key}.zip")
      error_message = "${local.artifacts}/${each.key}.zip is not there: build the functions first."
    }
  }
}

# The API calls the alias and never $LATEST, so that what is live is a version
# that can be gone back to.
resource "aws_lambda_alias" "live" {
  for_each = local.functions
  region   = var.region

  name             = "live"
  description      = "What the API calls."
  function_name    = aws_lambda_function.function[each.key].function_name
  function_version = aws_lambda_function.function[each.key].version
}
