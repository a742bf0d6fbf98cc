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

# The context's releases in the Region, the newest first, as deploy:all has recorded them
# with the states. Without the file, as when the root is applied by hand, no line is drawn.
locals {
  releases_file = "${var.repository}/dist/releases.json"
  releases      = try(jsondecode(file(local.releases_file))[var.context], [])

  # A vertical line where a release began, with its version and commit.
  markers = [for r in local.releases : { value = r.time, label = "${r.version} (${substr(r.commit, 0, 7)})" }]
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

          annotations = merge([for r in local.releases : { vertical = local.markers }]...) # nothing without a release
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
