# The functions of module platform, which services of AWS call in the home Region. claims.tf
# and rotation.tf say what each is for, and who may call it.

locals {
  platform_functions = { for key, f in { claims = local.claims, rotation = local.rotation } : key => f if key != "rotation" || length(local.rotated) != 0 }
  platform_zips      = { for key, f in local.platform_functions : key => "${coalesce(var.artifacts, "${var.repository}/dist/functions/linux-arm64")}/platform/${f.package}.zip" }
}

resource "aws_cloudwatch_log_group" "platform" {
  for_each = local.platform_functions
  region   = local.settings.home

  name              = "/aws/lambda/${each.value.name}"
  retention_in_days = local.settings.logs.retentionDays
  kms_key_id        = local.key_arns[local.settings.home]
}

resource "aws_iam_role" "platform" {
  for_each = local.platform_functions

  name        = "${each.value.name}-${local.settings.home}"
  description = each.value.description

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "platform" {
  for_each = local.platform_functions

  name = each.key
  role = aws_iam_role.platform[each.key].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(each.value.statements, [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.platform[each.key].arn}:log-stream:*"
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

resource "aws_lambda_function" "platform" {
  #checkov:skip=CKV_AWS_116: Cognito waits for the result, and Secrets Manager retries by itself; the alarm below reports a failure.
  #checkov:skip=CKV_AWS_117: Secrets Manager has a public, authenticated endpoint, and Cognito's function calls nothing; a VPC would protect nothing.
  #checkov:skip=CKV_AWS_173: the only variable is the environment's name.
  #checkov:skip=CKV_AWS_272: the pipeline that builds the package would also sign it.
  for_each = local.platform_functions
  region   = local.settings.home

  function_name = each.value.name
  description   = each.value.description
  role          = aws_iam_role.platform[each.key].arn

  filename         = local.platform_zips[each.key]
  source_code_hash = try(filebase64sha256(local.platform_zips[each.key]), null)
  runtime          = "provided.al2023"
  architectures    = ["arm64"]
  handler          = "bootstrap"
  memory_size      = 128
  timeout          = each.value.timeout

  reserved_concurrent_executions = each.value.concurrency

  dynamic "environment" {
    for_each = length(each.value.variables) > 0 ? [each.value.variables] : []
    content {
      variables = environment.value
    }
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.platform[each.key].name
  }

  tracing_config {
    mode = "Active"
  }

  depends_on = [aws_iam_role_policy.platform]

  lifecycle {
    precondition {
      condition     = fileexists(local.platform_zips[each.key])
      error_message = "${local.platform_zips[each.key]} does not exist: build the functions first with 'go tool mage build'."
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "platform" {
  for_each = { for key, f in local.platform_functions : key => f if !module.settings.lean }
  region   = local.settings.home

  alarm_name          = "${each.value.name}-errors"
  alarm_description   = "${each.value.alarm} Runbook: ${module.settings.runbook}#global-platform"
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching" # the rotation runs once in several days
  alarm_actions       = [aws_sns_topic.alarms[local.settings.home].arn]
  dimensions          = { FunctionName = aws_lambda_function.platform[each.key].function_name }
}
