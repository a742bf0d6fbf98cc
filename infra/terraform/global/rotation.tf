# The function that Secrets Manager calls for a new value of a secret. It runs in the
# home Region, and the replicas follow the secret. It exists only if a secret rotates.

locals {
  rotation      = length(local.rotated) > 0 ? 1 : 0
  rotation_name = module.settings.names.rotation
  rotation_zip  = "${coalesce(var.artifacts, "${var.repository}/dist/functions/linux-arm64")}/platform/rotate-secret.zip"
}

resource "aws_cloudwatch_log_group" "rotation" {
  count  = local.rotation
  region = local.settings.home

  name              = "/aws/lambda/${local.rotation_name}"
  retention_in_days = local.settings.logs.retentionDays
  kms_key_id        = local.key_arns[local.settings.home]
}

resource "aws_iam_role" "rotation" {
  count = local.rotation

  name        = "${local.rotation_name}-${local.settings.home}"
  description = "Creates new values of the secrets that rotate"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "rotation" {
  count = local.rotation

  name = "rotation"
  role = aws_iam_role.rotation[0].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage"]
        Resource = [for s in keys(local.rotated) : aws_secretsmanager_secret.secret[s].arn]
      },
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.rotation[0].arn}:log-stream:*"
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

resource "aws_lambda_function" "rotation" {
  #checkov:skip=CKV_AWS_116: Secrets Manager retries by itself, and the alarm below reports a failure.
  #checkov:skip=CKV_AWS_117: Secrets Manager has a public, authenticated endpoint; a VPC would protect nothing.
  #checkov:skip=CKV_AWS_173: the only variable is the environment's name.
  #checkov:skip=CKV_AWS_272: the pipeline that builds the package would also sign it.
  count  = local.rotation
  region = local.settings.home

  function_name = local.rotation_name
  description   = "Creates new values of the secrets that rotate"
  role          = aws_iam_role.rotation[0].arn

  filename         = local.rotation_zip
  source_code_hash = try(filebase64sha256(local.rotation_zip), null)
  runtime          = "provided.al2023"
  architectures    = ["arm64"]
  handler          = "bootstrap"
  memory_size      = 128
  timeout          = 30

  reserved_concurrent_executions = module.settings.platform_concurrency.rotation

  environment {
    variables = {
      ENVIRONMENT = var.environment
    }
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.rotation[0].name
  }

  tracing_config {
    mode = "Active"
  }

  depends_on = [aws_iam_role_policy.rotation]

  lifecycle {
    precondition {
      condition     = fileexists(local.rotation_zip)
      error_message = "${local.rotation_zip} does not exist: build the functions first with 'go tool mage build'."
    }
  }
}

resource "aws_lambda_permission" "rotation" {
  for_each = local.rotated
  region   = local.settings.home

  statement_id   = "secret-${each.key}"
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.rotation[0].function_name
  principal      = "secretsmanager.amazonaws.com"
  source_account = local.account
  source_arn     = aws_secretsmanager_secret.secret[each.key].arn
}

resource "aws_cloudwatch_metric_alarm" "rotation" {
  count  = module.settings.lean ? 0 : local.rotation
  region = local.settings.home

  alarm_name          = "${local.rotation_name}-errors"
  alarm_description   = "A secret could not be rotated. Its old value remains valid and grows older than it should."
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching" # it runs once in several days
  alarm_actions       = [aws_sns_topic.alarms[local.settings.home].arn]
  dimensions          = { FunctionName = aws_lambda_function.rotation[0].function_name }
}
