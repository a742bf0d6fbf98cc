# The function that the user pool calls before it issues tokens. It puts the user's
# verified e-mail address into the access token, which Cognito has in ID tokens only: an
# operation with scopes takes access tokens, and an address belongs to the user who has
# proved it. The trigger's version V2_0 needs the plan Essentials or Plus, which the pool
# has. Without the function no one can sign in, so it reserves as much concurrency as
# an operation.

locals {
  claims_name = module.settings.names.claims
  claims_zip  = "${coalesce(var.artifacts, "${var.repository}/dist/functions/linux-arm64")}/platform/add-claims.zip"
}

resource "aws_cloudwatch_log_group" "claims" {
  region = local.settings.home

  name              = "/aws/lambda/${local.claims_name}"
  retention_in_days = local.settings.logs.retentionDays
  kms_key_id        = local.key_arns[local.settings.home]
}

resource "aws_iam_role" "claims" {
  name        = "${local.claims_name}-${local.settings.home}"
  description = "Adds the verified e-mail address to access tokens"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "claims" {
  name = "claims"
  role = aws_iam_role.claims.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.claims.arn}:log-stream:*"
      },
      {
        # X-Ray's actions have no resource types: AWS accepts only * here.
        Effect   = "Allow"
        Action   = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]
        Resource = "*"
      },
    ]
  })
}

resource "aws_lambda_function" "claims" {
  #checkov:skip=CKV_AWS_116: Cognito waits for the result, so failed calls are not queued.
  #checkov:skip=CKV_AWS_117: it calls nothing; a VPC would protect nothing.
  #checkov:skip=CKV_AWS_272: the pipeline that builds the package would also sign it.
  region = local.settings.home

  function_name = local.claims_name
  description   = "Adds the verified e-mail address to access tokens"
  role          = aws_iam_role.claims.arn

  filename         = local.claims_zip
  source_code_hash = try(filebase64sha256(local.claims_zip), null)
  runtime          = "provided.al2023"
  architectures    = ["arm64"]
  handler          = "bootstrap"
  memory_size      = 128
  timeout          = 5 # Cognito waits no longer

  reserved_concurrent_executions = module.settings.platform_concurrency.claims

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.claims.name
  }

  tracing_config {
    mode = "Active"
  }

  depends_on = [aws_iam_role_policy.claims]

  lifecycle {
    precondition {
      condition     = fileexists(local.claims_zip)
      error_message = "${local.claims_zip} does not exist: build the functions first with 'go tool mage build'."
    }
  }
}

resource "aws_lambda_permission" "claims" {
  region = local.settings.home

  statement_id   = "user-pool"
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.claims.function_name
  principal      = "cognito-idp.amazonaws.com"
  source_account = local.account
  source_arn     = aws_cognito_user_pool.users.arn
}

resource "aws_cloudwatch_metric_alarm" "claims" {
  count  = module.settings.lean ? 0 : 1
  region = local.settings.home

  alarm_name          = "${local.claims_name}-errors"
  alarm_description   = "Users could not sign in, because the function that Cognito calls for their tokens failed."
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms[local.settings.home].arn]
  dimensions          = { FunctionName = aws_lambda_function.claims.function_name }
}
