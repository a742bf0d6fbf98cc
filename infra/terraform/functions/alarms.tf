# Each operation has an alarm of each kind, without notifications. One alarm for the
# context notifies when any of them is in alarm, so its owners get one message with the
# reason.
#
# Errors and latency are measured at the gateway, where they are what a client sees:
# crashes, timeouts and 5xx responses, including those that the function did not live to
# count.

locals {
  topic = "arn:${local.partition}:sns:${var.region}:${local.account}:${module.settings.names.topic}"

  # The functions with alarms. A lean environment has no alarms.
  alarmed = { for short, f in local.functions : short => f if !module.settings.lean }

  routes = {
    for short, f in local.functions : short => {
      ApiName  = module.settings.names.api
      Stage    = module.settings.names.stage
      Method   = f.method
      Resource = f.path
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "errors" {
  for_each = { for short, f in local.alarmed : short => f if !contains(keys(local.first), short) } # the first call has an objective (slo.tf)
  region   = var.region

  alarm_name          = "${local.names[each.key]}-errors"
  alarm_description   = "More than ${local.settings.alarms.errorPercent} % of ${each.value.method} ${each.value.path} get a 5xx response in ${var.region}. Runbook: ${module.settings.runbook}#functions-errors"
  namespace           = "AWS/ApiGateway"
  metric_name         = "5XXError"
  statistic           = "Average" # of 0 and 1, which is the share of errors
  comparison_operator = "GreaterThanThreshold"
  threshold           = local.settings.alarms.errorPercent / 100
  period              = 60
  evaluation_periods  = 5
  datapoints_to_alarm = 3
  treat_missing_data  = "notBreaching" # no requests
  dimensions          = local.routes[each.key]
}

resource "aws_cloudwatch_metric_alarm" "latency" {
  for_each = local.alarmed
  region   = var.region

  alarm_name          = "${local.names[each.key]}-p99"
  alarm_description   = "One in a hundred of ${each.value.method} ${each.value.path} takes longer than ${local.settings.alarms.p99Milliseconds} ms in ${var.region}. Runbook: ${module.settings.runbook}#functions-latency"
  namespace           = "AWS/ApiGateway"
  metric_name         = "Latency"
  extended_statistic  = "p99"
  comparison_operator = "GreaterThanThreshold"
  threshold           = local.settings.alarms.p99Milliseconds
  period              = 60
  evaluation_periods  = 5
  datapoints_to_alarm = 3
  treat_missing_data  = "notBreaching"
  dimensions          = local.routes[each.key]

  # The percentile of a few requests is one request, such as a cold start at night.
  evaluate_low_sample_count_percentiles = "ignore"
}

resource "aws_cloudwatch_metric_alarm" "throttles" {
  for_each = local.alarmed
  region   = var.region

  alarm_name          = "${local.names[each.key]}-throttles"
  alarm_description   = "Lambda refuses invocations of ${local.names[each.key]} in ${var.region}: all of its reserved concurrency is in use. Runbook: ${module.settings.runbook}#functions-throttles"
  namespace           = "AWS/Lambda"
  metric_name         = "Throttles"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 60
  evaluation_periods  = 5
  datapoints_to_alarm = 3
  treat_missing_data  = "notBreaching"
  dimensions          = { FunctionName = aws_lambda_function.function[each.key].function_name }
}

locals {
  most_alarms = 100 # that a composite alarm combines

  alarms = sort([
    for a in concat(values(aws_cloudwatch_metric_alarm.errors), values(aws_cloudwatch_metric_alarm.latency), values(aws_cloudwatch_metric_alarm.throttles)) :
    a.alarm_name
  ])
}

resource "aws_cloudwatch_composite_alarm" "context" {
  count  = module.settings.lean ? 0 : 1
  region = var.region

  alarm_name        = "${var.environment}-${var.context}"
  alarm_description = "${module.settings.context.title} has errors, is slow or is throttled in ${var.region}. Owner: ${module.settings.context.owner}. Runbook: ${module.settings.runbook}#functions-context"
  alarm_rule        = join(" OR ", [for name in local.alarms : "ALARM(\"${name}\")"])
  alarm_actions     = [local.topic]
  ok_actions        = [local.topic]

  lifecycle {
    precondition {
      condition     = length(local.alarms) <= local.most_alarms
      error_message = "${var.context} has ${length(local.functions)} operations; an alarm can combine 33, CloudWatch's limit. Divide the context."
    }
  }
}
