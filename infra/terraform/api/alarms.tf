locals {
  topics = {
    for r in distinct([var.region, module.settings.global_region]) : r => "arn:${local.partition}:sns:${r}:${local.account}:${module.settings.names.topic}"
  }

  api_dimensions = { ApiName = aws_api_gateway_rest_api.api.name, Stage = local.stage }
}

# The metrics of Route 53 are in us-east-1, wherever the checked endpoint is. So this is
# the only alarm outside the Region that it is about, and the only one that still works
# when the Region is down.
#
# A check that was just made has no metric. So missing data is not an alarm: the alarm
# begins with insufficient data, which notifies no one, and metrics that stop later notify
# as insufficient data. A Region that was drained on purpose notifies no one.
resource "aws_cloudwatch_metric_alarm" "health" {
  count  = local.full
  region = module.settings.global_region

  alarm_name          = "${var.environment}-${var.region}-unhealthy"
  alarm_description   = "${var.region} does not pass its health checks. Clients are sent to the other Regions. Runbook: ${module.settings.runbook}#api-health"
  namespace           = "AWS/Route53"
  metric_name         = "HealthCheckStatus"
  statistic           = "Minimum"
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  period              = 60
  evaluation_periods  = 1
  treat_missing_data  = "missing"
  actions_enabled     = !local.drained
  alarm_actions       = [local.topics[module.settings.global_region]]
  ok_actions          = [local.topics[module.settings.global_region]]
  dimensions          = { HealthCheckId = aws_route53_health_check.region[0].id }

  insufficient_data_actions = [local.topics[module.settings.global_region]]
}

# No context's check fails when clients cannot resolve the shared name, or do not trust its
# certificate.
resource "aws_cloudwatch_metric_alarm" "canary" {
  count  = local.page
  region = module.settings.global_region

  alarm_name          = "${var.environment}-unreachable"
  alarm_description   = "https://${local.settings.domain} cannot be reached from outside. Runbook: ${module.settings.runbook}#api-canary"
  namespace           = "AWS/Route53"
  metric_name         = "HealthCheckStatus"
  statistic           = "Minimum"
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  period              = 60
  evaluation_periods  = 3
  treat_missing_data  = "missing"
  alarm_actions       = [local.topics[module.settings.global_region]]
  ok_actions          = [local.topics[module.settings.global_region]]
  dimensions          = { HealthCheckId = aws_route53_health_check.canary[0].id }
}

resource "aws_cloudwatch_metric_alarm" "errors" {
  count  = local.full
  region = var.region

  alarm_name          = "${var.environment}-api-errors"
  alarm_description   = "More than ${local.settings.alarms.errorPercent} % of the requests to ${var.region} get a 5xx response. Runbook: ${module.settings.runbook}#api-errors"
  namespace           = "AWS/ApiGateway"
  metric_name         = "5XXError"
  statistic           = "Average" # of 0 and 1, which is the share of errors
  comparison_operator = "GreaterThanThreshold"
  threshold           = local.settings.alarms.errorPercent / 100
  period              = 60
  evaluation_periods  = 5
  datapoints_to_alarm = 3
  treat_missing_data  = "notBreaching"
  dimensions          = local.api_dimensions
}

resource "aws_cloudwatch_metric_alarm" "latency" {
  count  = local.full
  region = var.region

  alarm_name          = "${var.environment}-api-p99"
  alarm_description   = "One in a hundred requests to ${var.region} takes longer than ${local.settings.alarms.p99Milliseconds} ms. Runbook: ${module.settings.runbook}#api-latency"
  namespace           = "AWS/ApiGateway"
  metric_name         = "Latency"
  extended_statistic  = "p99"
  comparison_operator = "GreaterThanThreshold"
  threshold           = local.settings.alarms.p99Milliseconds
  period              = 60
  evaluation_periods  = 5
  datapoints_to_alarm = 3
  treat_missing_data  = "notBreaching"
  dimensions          = local.api_dimensions

  evaluate_low_sample_count_percentiles = "ignore"
}

# The alarm for the whole Region. Each context has an alarm of its own (root functions).
resource "aws_cloudwatch_composite_alarm" "region" {
  count  = local.full
  region = var.region

  alarm_name        = "${var.environment}-api"
  alarm_description = "The API has errors or is slow in ${var.region}. To take the Region out of DNS, run ENV=${var.environment} go tool mage deploy:drain ${var.region}. Runbook: ${module.settings.runbook}#api-region"
  alarm_rule        = "ALARM(\"${aws_cloudwatch_metric_alarm.errors[0].alarm_name}\") OR ALARM(\"${aws_cloudwatch_metric_alarm.latency[0].alarm_name}\")"
  alarm_actions     = [local.topics[var.region]]
  ok_actions        = [local.topics[var.region]]
}
