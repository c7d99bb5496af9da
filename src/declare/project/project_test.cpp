// SPDX-License-Identifier: GPL-3.0-or-later
#include "declare/project.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "declare/sample/sample.hpp"

namespace arint::declare {
namespace {

namespace fs = std::filesystem;

// A project folder of its own, gone with the test.
class ProjectFolder : public testing::Test {
 protected:
  ProjectFolder() {
    std::string pattern = (fs::temp_directory_path() / "arint-project-XXXXXX").string();
    root_ = ::mkdtemp(pattern.data());
    folder_ = root_ / "project";
    fs::create_directory(folder_);
  }
  ~ProjectFolder() override { fs::remove_all(root_); }

  void write(const std::string& path, const std::string& text) {
    fs::create_directories((folder_ / path).parent_path());
    std::ofstream(folder_ / path) << text;
  }
  Project open(const std::string& environment = "") { return Project::open(folder_.string(), environment, problems_, sample::variables()); }
  // Opens and reads against the sample.
  std::string told(const std::string& environment = "") {
    project_ = open(environment);
    Reading reading(problems_, *project_);
    read(sample::root_settings(), project_->root(), parts_, reading);
    return problems_.text();
  }

  fs::path root_, folder_;
  Problems problems_;
  std::optional<Project> project_;
  sample::Root parts_;
};

TEST_F(ProjectFolder, conf_d_adds_parts_and_each_value_knows_its_file) {
  write("arint.yaml", "outgoing:\n  erp: { http: { url: a } }\n");
  write("conf.d/20-more.yaml", "outgoing:\n  crm: { http: { url: c } }\nnotes: { x: 1 }\n");
  write("conf.d/10-first.yaml", "outgoing:\n  db: { sql: { url: b } }\n");
  write("conf.d/readme.txt", "not read");
  EXPECT_EQ(told(), "");
  std::vector<std::string> names;
  for (const Member& member : project_->section("outgoing")->members) names.push_back(member.name + "@" + member.at.text());
  EXPECT_EQ(names, (std::vector<std::string>{"erp@arint.yaml:2:3", "db@conf.d/10-first.yaml:2:3", "crm@conf.d/20-more.yaml:2:3"}));
  std::vector<std::string> files;
  for (const Project::Read& file : project_->files()) files.push_back(file.path);
  EXPECT_EQ(files, (std::vector<std::string>{"arint.yaml", "conf.d/10-first.yaml", "conf.d/20-more.yaml"}));
}

TEST_F(ProjectFolder, a_name_defined_twice_names_both_places) {
  write("arint.yaml", "outgoing:\n  erp: { http: { url: a } }\n");
  write("conf.d/b.yaml", "outgoing:\n  erp: { http: { url: b } }\n");
  write("conf.d/c.yml", "");
  EXPECT_EQ(told(), "conf.d/b.yaml:2:3: outgoing.erp is defined twice; the other is at arint.yaml:2:3. A name is defined in one file\n"
                    "conf.d/c.yml: warning: is not read; only files that end in .yaml are\n");
}

TEST_F(ProjectFolder, an_environment_changes_what_is_there) {
  write("arint.yaml", "outgoing:\n  erp:\n    http: { url: a, headers: { x: '1', y: '2' } }\nchannels:\n  in: { path: /a, forward: erp, methods: [GET, PUT] }\n");
  write("env/prod.yaml", "outgoing:\n  erp: { http: { url: b, headers: { y: '3' }, body: 2MiB } }\nchannels:\n  in: { methods: [POST] }\n");
  EXPECT_EQ(told("prod"), "");
  const sample::Http& http = parts_.outgoing.at("erp").kind.as<sample::Http>();
  EXPECT_EQ(http.url, "b");
  EXPECT_EQ(http.headers, (std::map<std::string, std::string>{{"x", "1"}, {"y", "3"}}));
  EXPECT_EQ(http.body, Size{2u << 20});
  EXPECT_EQ(parts_.channels.at("in").methods, std::vector<std::string>{"POST"});
  EXPECT_EQ(project_->section("outgoing")->find("erp")->find("http")->find("url")->at.text(), "env/prod.yaml:2:23");
  EXPECT_EQ(project_->section("outgoing")->member("erp")->at.text(), "arint.yaml:2:3");
}

TEST_F(ProjectFolder, an_environment_defines_no_new_names) {
  write("arint.yaml", "outgoing:\n  erp: { http: { url: a } }\n");
  write("env/prod.yaml", "outgoing:\n  erpp: { http: { url: b } }\nchannels:\n  in: { path: /a, forward: erp }\nnotes: { new: 1 }\n");
  EXPECT_EQ(told("prod"),
            "env/prod.yaml:2:3: outgoing.erpp: an environment may only change existing names, and there is no outgoing named \"erpp\"; did you mean \"erp\"? Defined: erp\n"
            "env/prod.yaml:4:3: channels.in: an environment may only change existing names, and there is no channel named \"in\"\n");
}

TEST_F(ProjectFolder, an_empty_section_of_an_environment_takes_nothing_away) {
  write("arint.yaml", "outgoing:\n  erp: { http: { url: a } }\nnotes: { a: 1 }\n");
  write("env/prod.yaml", "outgoing:\n#  erp: {}\nnotes: ~\n");
  EXPECT_EQ(told("prod"), "");
  EXPECT_EQ(parts_.outgoing.size(), 1u);
  EXPECT_EQ(parts_.notes.kind, Kind::null);
}

TEST_F(ProjectFolder, an_unknown_environment_is_told_with_the_nearest) {
  write("arint.yaml", "");
  write("env/prod.yaml", "");
  EXPECT_EQ(told("prdo"), "env/prdo.yaml: there is no environment \"prdo\"; did you mean \"prod\"? Known: prod\n");
  problems_ = {};
  EXPECT_NE(told("../arint"), "");
}

TEST_F(ProjectFolder, faults_of_all_files_come_in_one_run) {
  write("arint.yaml", "outgoing:\n  erp: { http: { url: [ } }\n");
  write("conf.d/a.yaml", "a: 1\na: 2\n");
  write("conf.d/b.yaml", "- x\n");
  std::string all = told();
  EXPECT_NE(all.find("arint.yaml:2:"), std::string::npos) << all;
  EXPECT_NE(all.find("conf.d/a.yaml:2:1: \"a\" is written twice"), std::string::npos) << all;
  EXPECT_NE(all.find("conf.d/b.yaml:1:1: a configuration is a map"), std::string::npos) << all;
}

TEST_F(ProjectFolder, a_folder_without_arint_yaml_is_told) {
  EXPECT_NE(told().find("a project is a folder that holds arint.yaml"), std::string::npos);
  Problems problems;
  Project::open((root_ / "none").string(), "", problems);
  EXPECT_NE(problems.text().find("is not there"), std::string::npos);
}

TEST_F(ProjectFolder, files_stay_in_the_folder) {
  write("arint.yaml", "");
  write("maps/a.jsonata", "x");
  std::ofstream(root_ / "outside") << "secret";
  fs::create_symlink(root_ / "outside", folder_ / "link");
  fs::create_symlink("maps/a.jsonata", folder_ / "inner");
  fs::create_directory_symlink(root_, folder_ / "up");
  Project project = open();
  EXPECT_EQ(*project.read_file("maps/a.jsonata"), "x");
  EXPECT_EQ(*project.read_file("./maps//a.jsonata"), "x");
  EXPECT_EQ(*project.read_file("inner"), "x");
  EXPECT_EQ(project.files().size(), 3u);
  for (const char* path : {"../outside", "link", "up/outside", "/etc/passwd", "", "maps", "maps/none", "maps/../../outside"}) {
    EXPECT_FALSE(project.read_file(path)) << path;
    EXPECT_FALSE(project.has_file(path)) << path;
  }
  EXPECT_EQ(project.read_file("maps/a.jsonata", 0).error().sentence, "\"maps/a.jsonata\" is larger than 0B");
}

TEST_F(ProjectFolder, a_file_read_twice_is_the_same) {
  write("arint.yaml", "");
  write("a.txt", "one");
  Project project = open();
  EXPECT_EQ(*project.read_file("a.txt"), "one");
  write("a.txt", "two");
  EXPECT_EQ(*project.read_file("a.txt"), "one");
}

TEST_F(ProjectFolder, files_are_read_into_text_options) {
  std::string key = (root_ / "key").string();
  std::ofstream(key) << "hunter2\n";
  write("user", "me\r\n\n");
  write("large", std::string((64u << 10) + 1, 'x'));
  write("arint.yaml", "outgoing:\n  erp: { http: { url: a, password: '${file:" + key + "}', user: '${file:user}' } }\n"
                      "  crm: { http: { url: '${file:large}', password: '${file:/dev/null}' } }\n");
  std::string all = told();
  EXPECT_EQ(all, "arint.yaml:3:24: outgoing.crm.http.url: \"${file:large}\": \"large\" is larger than 64KiB\n"
                 "arint.yaml:3:51: outgoing.crm.http.password: \"${file:/dev/null}\": \"/dev/null\" is not a file\n");
  const sample::Http& http = parts_.outgoing.at("erp").kind.as<sample::Http>();
  EXPECT_EQ(http.password.reveal(), "hunter2");
  EXPECT_EQ(*http.user, "me\r\n") << "one line end is taken off";
  // What was read for `${file:}` does not become a file of the project.
  EXPECT_FALSE(project_->has_file(key));
  EXPECT_FALSE(project_->read_file(key));
}

TEST_F(ProjectFolder, a_file_that_is_named_must_be_there) {
  write("schemas/order.json", "{}");
  write("arint.yaml", "outgoing:\n  a: { topic: , schema: schemas/order.json }\n  b: { topic: , schema: schemas/ordr.json }\n");
  EXPECT_EQ(told(), "arint.yaml:3:25: outgoing.b.schema: \"schemas/ordr.json\": cannot read \"schemas/ordr.json\": No such file or directory\n");
  EXPECT_EQ(parts_.outgoing.at("a").schema->path, "schemas/order.json");
}

}  // namespace
}  // namespace arint::declare
