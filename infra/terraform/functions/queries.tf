# Queries of Logs Insights for the person on call. They cost nothing until they run.

locals {
  log_groups = [for short in keys(local.functions) : aws_cloudwatch_log_group.function[short].name]

  queries = {
    "errors by operation" = <<-EOT
      filter level = "ERROR"
      | stats count(*) as errors, latest(error) as lastError, latest(requestId) as lastRequest by operation, problem, status
      | sort errors desc
    EOT
    "one request"         = <<-EOT
      filter requestId = "REQUEST_ID" or record.requestId = "REQUEST_ID"
      | fields @timestamp, operation, level, msg, status, problem, error, @log
      | sort @timestamp asc
    EOT
    # A version that begins when errors begin is the release to take back.
    "versions" = <<-EOT
      filter type = "platform.start"
      | stats min(@timestamp) as since, max(@timestamp) as until, count(*) as invocations by @log, record.version
      | sort since desc
    EOT
  }
}

resource "aws_cloudwatch_query_definition" "context" {
  for_each = local.queries
  region   = var.region

  name            = "${module.settings.system.name}/${var.environment}/${var.context}/${each.key}"
  query_string    = each.value
  log_group_names = local.log_groups
}
