# The page for the person on call, once for the environment: is it us, which Region, which
# context, which operation, since which release. The home Region's stack owns it, and it is
# visible in every Region: dashboards belong to the account.

locals {
  page = !module.settings.lean && var.region == local.settings.home ? 1 : 0

  # A vertical line where a release of a context began in the Region, with version and
  # commit, as deploy:all has recorded it with the states. Contexts that were rolled out
  # together share a line. The page's tables list the versions of functions.
  releases_file = "${var.repository}/dist/releases.json"
  releases      = try(jsondecode(file(local.releases_file)), {})
  by_time = { for r in flatten([
    for context, list in local.releases : [for r in list : { time = r.time, label = "${context} ${r.version} (${substr(r.commit, 0, 7)})" }]
  ]) : r.time => r.label... }
  lines  = [for time, labels in local.by_time : { value = time, label = join(", ", labels) }]
  marker = merge([for time in keys(local.by_time) : { vertical = local.lines }]...) # nothing without a release

  operations = { for key, f in module.settings.functions : key => f if !f.health }
  first      = { for key, f in local.operations : key => f if key == local.settings.slo.operation }

  # The lines of a metric: of the API in each Region, or of operations in each Region.
  api_lines = { for metric in ["Count", "5XXError", "Latency"] : metric => [
    for r in local.settings.regions : concat(["AWS/ApiGateway", metric], local.api_line, [{ region = r, label = r }])
  ] }
  error_lines = { for key, f in local.operations : key => [
    for r in local.settings.regions :
    ["AWS/ApiGateway", "5XXError", "ApiName", module.settings.names.api, "Stage", local.stage, "Method", f.method, "Resource", f.path, { region = r, label = "${f.operationId} in ${r}" }]
  ] }

  page_graphs = concat(
    [
      { title = "Is it us? The API from outside, by its shared name (1 is reachable)", region = module.settings.global_region, stat = "Minimum", lines = [
        for c in aws_route53_health_check.canary : ["AWS/Route53", "HealthCheckStatus", "HealthCheckId", c.id, { label = local.settings.domain }]
      ] },
      { title = "Is it us? Share of 5xx responses to the first call", region = var.region, stat = "Average", lines = concat([], [for key in keys(local.first) : local.error_lines[key]]...) },
      { title = "Which Region? Share of 5xx responses", region = var.region, stat = "Average", lines = local.api_lines["5XXError"] },
      { title = "Which Region? Requests", region = var.region, stat = "Sum", lines = local.api_lines.Count },
      { title = "Which Region? Latency p99 (ms)", region = var.region, stat = "p99", lines = local.api_lines.Latency },
    ],
    [
      for context in distinct([for f in values(local.operations) : f.context]) :
      { title = "Which operation of ${context}? 5xx responses", region = var.region, stat = "Sum", lines = concat([for key, f in local.operations : local.error_lines[key] if f.context == context]...) }
    ],
  )

  page_text = <<-EOT
    # ${module.settings.system.title} ${var.environment}
    Every alarm has an entry in the [runbook](${module.settings.runbook}). Then, in this order:
    - **Is it us?** If clients reach the API from outside and the first call succeeds, it is not.
    - **Which Region?** One Region: `ENV=${var.environment} go tool mage deploy:drain REGION`. All: a release, or what Regions share.
    - **Which operation?** The graphs below, then the dashboard `${var.environment}-CONTEXT-REGION`.
    - **Since which release?** A vertical line is a release of the contexts that it names. The tables have the functions' versions, the newest first. `deploy:status` lists releases, `deploy:rollback` takes one back.
    - **Which request?** Logs Insights, saved query `${module.settings.system.name}/${var.environment}/one request`.
  EOT
}

resource "aws_cloudwatch_dashboard" "oncall" {
  count  = local.page
  region = var.region

  dashboard_name = "${var.environment}-on-call"
  dashboard_body = jsonencode({
    widgets = concat(
      [{ type = "text", x = 0, y = 0, width = 24, height = 5, properties = { markdown = local.page_text } }],
      [
        for i, g in [for g in local.page_graphs : g if length(g.lines) != 0] : {
          type   = "metric"
          x      = i % 2 * 12
          y      = 5 + floor(i / 2) * 6
          width  = 12
          height = 6
          properties = {
            title       = g.title
            region      = g.region
            view        = "timeSeries"
            stat        = g.stat
            period      = 60
            metrics     = g.lines
            annotations = local.marker
          }
        }
      ],
      [
        for i, r in local.settings.regions : {
          type   = "log"
          x      = 0
          y      = 5 + (floor(length(local.page_graphs) / 2) + 1 + i) * 6
          width  = 24
          height = 6
          properties = {
            title  = "Since which release? Versions of functions in ${r}"
            region = r
            view   = "table"
            query = join(" | ", concat([for g in local.function_groups : "SOURCE '${g}'"], [
              "filter type = 'platform.start'",
              "stats min(@timestamp) as since, max(@timestamp) as until, count(*) as invocations by @log, record.version",
              "sort since desc",
            ]))
          }
        }
      ],
    )
  })
}
