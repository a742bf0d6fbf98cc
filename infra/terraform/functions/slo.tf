# The objective of the app's first call: the share of responses that are not 5xx. An alarm
# notifies when errors use up a month's budget too fast, over a long window, which shows
# that it matters, and a short one, which shows that it goes on (Google's "The Site
# Reliability Workbook", chapter 5). A static threshold would notify of a few errors at
# night, and not of a small share that lasts for days.
#
# Latency keeps its threshold: API Gateway publishes no count of slow requests.

locals {
  objective = local.settings.slo
  first     = { for short, f in local.alarmed : short => f if "${var.context}-${short}" == local.objective.operation }

  # The share of errors as a multiple of the objective's, and the windows in seconds. At
  # 14.4 times, an hour uses up 2 % of 30 days' budget; at 6 times, six hours 5 %.
  burns = {
    fast = { rate = 14.4, long = 3600, short = 300 }
    slow = { rate = 6, long = 21600, short = 1800 }
  }

  windows = merge(flatten([
    for short in keys(local.first) : [
      for speed, b in local.burns : {
        for window in ["long", "short"] : "${short}/${speed}/${window}" => { short = short, speed = speed, window = window, rate = b.rate, seconds = b[window] }
      }
    ]
  ])...)
}

resource "aws_cloudwatch_metric_alarm" "burn" {
  for_each = local.windows
  region   = var.region

  alarm_name          = "${local.names[each.value.short]}-burn-${each.value.speed}-${each.value.window}"
  alarm_description   = "In ${each.value.seconds / 60} minutes, more than ${each.value.rate} times ${format("%.3g", 100 - local.objective.percent)} % of ${local.functions[each.value.short].method} ${local.functions[each.value.short].path} got a 5xx response in ${var.region}. Runbook: ${module.settings.runbook}#functions-burn"
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.rate * (100 - local.objective.percent) / 100
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching" # no requests

  # Fewer than three errors are chance.
  metric_query {
    id          = "share"
    label       = "Share of 5xx responses"
    expression  = "IF(faults >= 3, faults / requests, 0)"
    return_data = true
  }

  # Each request is a sample of 0 or 1.
  dynamic "metric_query" {
    for_each = { faults = "Sum", requests = "SampleCount" }

    content {
      id = metric_query.key

      metric {
        namespace   = "AWS/ApiGateway"
        metric_name = "5XXError"
        period      = each.value.seconds
        stat        = metric_query.value
        dimensions  = local.routes[each.value.short]
      }
    }
  }
}

resource "aws_cloudwatch_composite_alarm" "slo" {
  for_each = merge([for short in keys(local.first) : { for speed in keys(local.burns) : "${short}/${speed}" => { short = short, speed = speed } }]...)
  region   = var.region

  alarm_name        = "${local.names[each.value.short]}-slo-${each.value.speed}"
  alarm_description = "${local.functions[each.value.short].method} ${local.functions[each.value.short].path} misses its objective of ${local.objective.percent} % in ${var.region}: the month's budget of errors is used up ${local.burns[each.value.speed].rate} times too fast. Owner: ${module.settings.context.owner}. Runbook: ${module.settings.runbook}#functions-slo"
  alarm_rule        = join(" AND ", [for window in ["long", "short"] : "ALARM(\"${aws_cloudwatch_metric_alarm.burn["${each.key}/${window}"].alarm_name}\")"])
  alarm_actions     = [local.topic]
  ok_actions        = [local.topic]
}
