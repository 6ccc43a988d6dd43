#include "daemon/app/command_line.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <functional>

#include "daemon/app/commands.h"
#include "daemon/app/environment.h"
#include "daemon/app/version.h"

namespace cartwright {
namespace {

constexpr int kUsageExit = 64;

/// Everything that the command line can say, and what to do about it.
struct Invocation {
  CommonOptions common;
  OnceOptions once;
  ReindexOptions reindex;
  ReportsOptions reports;
  SearchOptions search;
  DeadLettersOptions dead_letters;
  ReplayOptions replay;
  CheckConfigOptions check_config;
  DemoCommandOptions demo;
  bool dry_run = false;
  std::function<Result<int>()> run;
};

void AddCommon(CLI::App& command, Invocation& in, bool server) {
  command.add_option("-c,--config", in.common.config, "The configuration file")
      ->capture_default_str();
  command.add_flag("--json", in.common.json, "Print the result as JSON");
  command.add_flag("-q,--quiet", in.common.quiet, "No progress and no notes on standard error");
  if (server) {
    command.add_option("--elasticsearch", in.common.overrides.elasticsearch,
                       "URL to use instead of elasticsearch.hosts");
  }
}

void AddThreads(CLI::App& command, Invocation& in) {
  command
      .add_option("--threads", in.common.overrides.threads,
                  "Threads to use instead of limits.threads; 0: one a core")
      ->check(CLI::Range(0, 1024));
}

void AddOnce(CLI::App& app, Invocation& in) {
  CLI::App* once = app.add_subcommand("once", "Load, analyse and publish one time");
  AddCommon(*once, in, true);
  once->add_flag("--offline", in.once.offline, "Needs no server: sources straight to report files");
  once->add_option("--out", in.once.out, "Folder of the report files (with --offline)");
  once->add_flag("--load-only", in.once.load_only, "Load, do not analyse");
  once->add_flag("--analyse-only", in.once.analyse_only, "Analyse what is indexed, do not load");
  once->add_option("--source", in.once.sources,
                   "Only these sources (and those they are joined to)");
  once->add_option("--analysis", in.once.analyses, "Only these analyses");
  once->add_flag("--all-dimensions", in.once.all_dimensions,
                 "Also one set of reports for each value of each dimension");
  AddThreads(*once, in);
  once->add_option("--as-of", in.common.overrides.as_of,
                   "now, latest_record or YYYY-MM-DD (its end) instead of shop.as_of");
  once->callback([&in] { in.run = [&in] { return OnceCommand(in.common, in.once); }; });
}

void AddServerCommands(CLI::App& app, Invocation& in) {
  CLI::App* run =
      app.add_subcommand("run", "The daemon: run the jobs of the schedule until stopped");
  AddCommon(*run, in, true);
  AddThreads(*run, in);
  run->remove_option(run->get_option("--json"));  // A daemon has no result, only a log.
  run->callback([&in] { in.run = [&in] { return RunCommand(in.common); }; });

  CLI::App* setup = app.add_subcommand(
      "setup", "Create missing indices and aliases; say what differs from the configuration");
  AddCommon(*setup, in, true);
  setup->add_flag("--dry-run", in.dry_run, "Print the requests, change nothing");
  setup->callback([&in] { in.run = [&in] { return SetupCommand(in.common, in.dry_run); }; });

  CLI::App* reindex = app.add_subcommand(
      "reindex", "Rebuild indices beside the live ones, verify them, swap the aliases");
  AddCommon(*reindex, in, true);
  reindex->add_option("indices", in.reindex.indices,
                      "orders, downloads, reports, … or all; default: those that sources feed");
  reindex
      ->add_option("--from", in.reindex.from,
                   "sources, or index to copy what is there (what no source feeds is always "
                   "copied)")
      ->check(CLI::IsMember({"sources", "index"}))
      ->capture_default_str();
  reindex->add_flag("--rollback", in.reindex.rollback,
                    "Point the aliases back at the kept indices");
  reindex->add_flag("--dry-run", in.reindex.dry_run, "Print what would be done")
      ->excludes("--rollback");
  reindex->callback([&in] { in.run = [&in] { return ReindexCommand(in.common, in.reindex); }; });

  CLI::App* status = app.add_subcommand("status", "The last runs and what the indices hold");
  AddCommon(*status, in, true);
  status->callback([&in] { in.run = [&in] { return StatusCommand(in.common); }; });
}

void AddReports(CLI::App& app, Invocation& in) {
  CLI::App* reports = app.add_subcommand("reports", "Look at published reports");
  reports->require_subcommand(1);
  const auto add_choice = [&in](CLI::App& command) {
    AddCommon(command, in, true);
    command.add_option("name", in.reports.name, "Report or analysis: funnel, cohort, clv, …");
    command.add_option("--type", in.reports.type, "report_types.type");
    command.add_option("--period", in.reports.time_period, "hourly, daily, weekly, monthly");
    command.add_option("--variant", in.reports.variant, "The variant");
    command.add_option("--dimension", in.reports.dimension, "NAME=VALUE");
    command.add_option("--report-date", in.reports.report_date, "YYYY-MM-DD; default: the latest");
    command.add_option("--from", in.reports.from_file,
                       "A reports.ndjson file instead of Elasticsearch");
  };
  CLI::App* list = reports->add_subcommand("list", "One line a published report");
  add_choice(*list);
  list->add_flag("--catalogue", in.reports.catalogue, "What reports there are and what they mean");
  list->callback([&in] { in.run = [&in] { return ReportsListCommand(in.common, in.reports); }; });
  CLI::App* show = reports->add_subcommand("show", "Draw a report; --json prints its document");
  add_choice(*show);
  show->add_flag("--all", in.reports.all, "Every report that matches, not just the first");
  show->add_option("--max-rows", in.reports.max_rows, "Rows to draw")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  show->callback([&in] { in.run = [&in] { return ReportsShowCommand(in.common, in.reports); }; });
}

void AddSearch(CLI::App& app, Invocation& in) {
  CLI::App* search = app.add_subcommand(
      "search", "Find products, customers, promotions and dimension values in what is published");
  AddCommon(*search, in, true);
  search
      ->add_option("text", in.search.text, "What a name is, begins with or holds; one typo is met")
      ->required();
  search->add_option("--kind", in.search.kind, "Only these")
      ->check(CLI::IsMember({"product", "customer", "promotion", "dimension_value"}));
  search->add_option("--limit", in.search.limit, "Hits of each kind")
      ->capture_default_str()
      ->check(CLI::Range(1, 10'000));
  search->add_option("--from", in.search.from,
                     "Folder that once --offline wrote, instead of Elasticsearch");
  search->callback([&in] { in.run = [&in] { return SearchCommand(in.common, in.search); }; });
}

void AddFilter(CLI::App& command, LetterFilter& filter) {
  command.add_option("--run", filter.run_id, "Only those of this run");
  command.add_option("--source", filter.source, "Only those of this source");
  command.add_option("--code", filter.code, "Only those with this code");
}

void AddDeadLetters(CLI::App& app, Invocation& in) {
  CLI::App* letters = app.add_subcommand("dead-letters", "Rows and documents that were set aside");
  letters->require_subcommand(1);
  DeadLettersOptions& options = in.dead_letters;
  CLI::App* list =
      letters->add_subcommand("list", "File, line, reason and remedy of each open one");
  AddCommon(*list, in, false);
  AddFilter(*list, options.filter);
  list->add_option("--limit", options.limit, "The newest so many")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  list->add_flag("--all", options.settled_too, "Also those that a replay has settled");
  list->add_flag("--summary", options.summary, "How many of each source and code");
  list->callback(
      [&in] { in.run = [&in] { return DeadLettersListCommand(in.common, in.dead_letters); }; });

  CLI::App* show = letters->add_subcommand("show", "All that is kept of one, its bytes escaped");
  AddCommon(*show, in, false);
  show->add_option("id", options.filter.ids, "Its number in the list")->required()->expected(1);
  show->add_flag("--raw", options.raw, "Only its bytes, exactly as they were read");
  show->callback(
      [&in] { in.run = [&in] { return DeadLettersShowCommand(in.common, in.dead_letters); }; });

  CLI::App* replay = letters->add_subcommand("replay", "Send open ones again, after mending");
  AddCommon(*replay, in, true);
  replay->add_option("ids", in.replay.filter.ids, "Their numbers in the list");
  AddFilter(*replay, in.replay.filter);
  replay->add_flag("--all", in.replay.all, "Every open one");
  replay->add_option("--row", in.replay.row,
                     "The mended row (or document) of the one letter named");
  replay->add_option("--from", in.replay.letters_file,
                     "A file of mended letters: what list --json prints, with \"raw\" mended");
  replay->footer(
      "A row goes through the configuration as it is now; a document that Elasticsearch rejected\n"
      "goes as it is, under its old id and version. Whatever that load or a later one has written\n"
      "under the same id stays: the letter is then settled as superseded.\n\n"
      "A row that shares its document with others (order lines, sessions with lines, numbered\n"
      "keys) is not sent, because such a document is written from all its rows only: mend the\n"
      "file or the mapping and load the source again, cartwright once --load-only --source "
      "NAME.\n\n"
      "Not beside a running load: both would miscount. Exit code 65 when a letter stays open.");
  replay->callback(
      [&in] { in.run = [&in] { return DeadLettersReplayCommand(in.common, in.replay); }; });
}

void AddLocalCommands(CLI::App& app, Invocation& in) {
  CLI::App* check =
      app.add_subcommand("check-config", "Check a configuration; exit 78 if it is wrong");
  AddCommon(*check, in, true);
  check->add_flag("--online", in.check_config.online,
                  "Also ask the server: version, nodes, what differs in its indices");
  check->add_flag("--print-effective", in.check_config.print_effective,
                  "Every value and where it came from");
  check->callback(
      [&in] { in.run = [&in] { return CheckConfigCommand(in.common, in.check_config); }; });

  CLI::App* demo =
      app.add_subcommand("demo", "Write a synthetic shop: CSV files and a configuration");
  demo->add_option("--out", in.demo.out, "Folder to write into")->capture_default_str();
  demo->add_option("--sessions", in.demo.sessions, "How many sessions")->capture_default_str();
  demo->add_option("--seed", in.demo.seed, "The same seed gives the same bytes")
      ->capture_default_str();
  demo->add_flag("--json", in.common.json, "Print the result as JSON");
  demo->add_flag("-q,--quiet", in.common.quiet, "No progress on standard error");
  demo->callback([&in] { in.run = [&in] { return DemoCommand(in.common, in.demo); }; });

  CLI::App* version = app.add_subcommand("version", "The version of this program");
  version->add_flag("--json", in.common.json, "As JSON");
  version->callback([&in] {
    in.run = [&in]() -> Result<int> {
      if (in.common.json) {
        fmt::print("{{\"name\":\"cartwright\",\"version\":\"{}\"}}\n", kVersion);
      } else {
        fmt::print("cartwright {}\n", kVersion);
      }
      return 0;
    };
  });
}

int Dispatch(int argc, char** argv) {
  CLI::App app{
      "Cartwright indexes a shop's sessions, orders and customers in Elasticsearch and "
      "publishes its reports."};
  app.footer(
      "Examples:\n"
      "  cartwright demo --out demo && cartwright once --config demo/shop.yaml\n"
      "  cartwright check-config --config shop.yaml --print-effective\n"
      "  cartwright reports show funnel --config shop.yaml\n\n"
      "Results go to standard output, all else to standard error. Exit codes: 0 done, 64 usage,\n"
      "65 bad data, 69 Elasticsearch unreachable, 73 cannot write, 75 try again, 77 not\n"
      "permitted, 78 configuration.");
  app.require_subcommand(1);
  Invocation in;
  AddOnce(app, in);
  AddServerCommands(app, in);
  AddReports(app, in);
  AddSearch(app, in);
  AddDeadLetters(app, in);
  AddLocalCommands(app, in);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsageExit;
  }
  CatchStopSignals();
  const Result<int> result = in.run();
  if (!result) {
    fmt::print(stderr, "cartwright: {}\n", result.error().message);
    return ExitCode(result.error().kind);
  }
  return *result;
}

}  // namespace

int RunCommandLine(int argc, char** argv) {
  try {
    return Dispatch(argc, argv);
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "cartwright: a bug: %s\n", exception.what());
    return ExitCode(ErrorKind::kInternal);
  }
}

}  // namespace cartwright
