# Queries of Logs Insights for the person on call, over all contexts of the Region. They
# cost nothing until they run.

locals {
  most_functions = 49 # a query reads 50 groups, with the one of the gateway

  function_groups = slice([for name in sort(values(module.settings.names.functions)) : "/aws/lambda/${name}"], 0, min(local.most_functions, length(module.settings.names.functions)))

  queries = {
    "one request" = {
      groups = concat([aws_cloudwatch_log_group.access.name], local.function_groups)
      query  = <<-EOT
        filter requestId = "REQUEST_ID" or extendedRequestId = "REQUEST_ID" or record.requestId = "REQUEST_ID"
        | fields @timestamp, operation, status, errorType, error, validationError, integrationError, latency, firewall, level, msg, problem, @log
        | sort @timestamp asc
      EOT
    }
    "failed requests by operation" = {
      groups = [aws_cloudwatch_log_group.access.name]
      query  = <<-EOT
        filter status >= 500
        | stats count(*) as requests, min(@timestamp) as since, latest(requestId) as lastRequest by operation, status, errorType, integrationError
        | sort requests desc
      EOT
    }
    "slow requests by operation" = {
      groups = [aws_cloudwatch_log_group.access.name]
      query  = <<-EOT
        stats count(*) as requests, pct(latency, 50) as p50, pct(latency, 99) as p99, pct(integrationLatency, 99) as p99OfLambda by operation
        | sort p99 desc
      EOT
    }
  }

  firewall_queries = { for name in aws_cloudwatch_log_group.firewall[*].name : "requests that the firewall refuses or would refuse" => {
    groups = [name]
    query  = <<-EOT
      filter action = "BLOCK" or @message like '"ruleId":"attacks"' or @message like '"ruleId":"requests-per-'
      | stats count(*) as requests, latest(httpRequest.clientIp) as lastAddress by action, terminatingRuleId, httpRequest.httpMethod, httpRequest.uri
      | sort requests desc
    EOT
  } }
}

resource "aws_cloudwatch_query_definition" "region" {
  for_each = merge(local.queries, local.firewall_queries)
  region   = var.region

  name            = "${module.settings.system.name}/${var.environment}/${each.key}"
  query_string    = each.value.query
  log_group_names = each.value.groups
}
