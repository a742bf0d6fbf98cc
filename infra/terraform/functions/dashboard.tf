# The dashboard of the context's operations in one Region. The tables have a dashboard for
# all Regions (root data). Dashboards belong to the account and are visible in every
# Region, so the name contains the Region.

locals {
  # The dimensions of one line of a graph, as CloudWatch writes them in an array.
  api_lines = { for short, d in local.routes : short => flatten([for k, v in d : [k, v]]) }
  # The same for the metrics that functions write themselves.
  own_lines = { for short, f in local.functions : short => ["environment", var.environment, "service", var.context, "operation", f.operationId, { label = short }] }

  graphs = [
    { title = "Requests", stat = "Sum", lines = [for short, d in local.api_lines : concat(["AWS/ApiGateway", "Count"], d, [{ label = short }])] },
    { title = "5xx responses", stat = "Sum", lines = [for short, d in local.api_lines : concat(["AWS/ApiGateway", "5XXError"], d, [{ label = short }])] },
    { title = "Latency p99 (ms)", stat = "p99", lines = [for short, d in local.api_lines : concat(["AWS/ApiGateway", "Latency"], d, [{ label = short }])] },
    { title = "Latency p50 (ms)", stat = "p50", lines = [for short, d in local.api_lines : concat(["AWS/ApiGateway", "Latency"], d, [{ label = short }])] },
    { title = "Concurrent executions", stat = "Maximum", lines = [for short, name in local.names : ["AWS/Lambda", "ConcurrentExecutions", "FunctionName", name, { label = short }]] },
    { title = "Throttled invocations", stat = "Sum", lines = [for short, name in local.names : ["AWS/Lambda", "Throttles", "FunctionName", name, { label = short }]] },
    { title = "Latency in the function p99 (ms)", stat = "p99", lines = [for short, d in local.own_lines : concat([module.settings.system.title, "Latency"], d)] },
    { title = "Cold starts", stat = "Sum", lines = [for short, d in local.own_lines : concat([module.settings.system.title, "ColdStarts"], d)] },
    { title = "Read units of DynamoDB", stat = "Sum", lines = [for short, d in local.own_lines : concat([module.settings.system.title, "ConsumedReadCapacity"], d)] },
    { title = "Write units of DynamoDB", stat = "Sum", lines = [for short, d in local.own_lines : concat([module.settings.system.title, "ConsumedWriteCapacity"], d)] },
  ]
}

locals {
  most_markers = 10

  changes = { for short, f in aws_lambda_function.function : "${substr(f.last_modified, 0, 19)}Z" => short... }
  markers = [
    for time in slice(reverse(sort(keys(local.changes))), 0, min(local.most_markers, length(local.changes))) :
    { value = time, label = length(local.changes[time]) > 1 ? "${length(local.changes[time])} functions" : local.changes[time][0] }
  ]
}

resource "aws_cloudwatch_dashboard" "context" {
  count  = module.settings.lean ? 0 : 1
  region = var.region

  dashboard_name = "${var.environment}-${var.context}-${var.region}"
  dashboard_body = jsonencode({
    widgets = [
      for i, g in local.graphs : {
        type   = "metric"
        x      = i % 2 * 12
        y      = floor(i / 2) * 6
        width  = 12
        height = 6
        properties = {
          title   = g.title
          region  = var.region
          view    = "timeSeries"
          stat    = g.stat
          period  = 60
          metrics = g.lines

          # A vertical line where functions changed, the newest ones.
          annotations = { vertical = local.markers }
        }
      }
    ]
  })
}

locals {
  # X-Ray accepts 32 characters. A digest keeps contexts apart that begin alike.
  group = "${var.environment}-${var.context}"
  url   = "https://${local.settings.domain}/${var.context}"
}

# A group of the traces of the context's requests, for X-Ray's console.
resource "aws_xray_group" "context" {
  region = var.region

  group_name        = length(local.group) <= 32 ? local.group : "${substr(local.group, 0, 23)}-${substr(sha256(local.group), 0, 8)}"
  filter_expression = "http.url = \"${local.url}\" OR http.url BEGINSWITH \"${local.url}/\" OR http.url BEGINSWITH \"${local.url}?\""

  insights_configuration {
    insights_enabled      = !module.settings.lean
    notifications_enabled = false
  }
}
