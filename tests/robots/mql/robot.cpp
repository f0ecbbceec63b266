// A robot on a terminal, driven by lines on standard input; each gives one line on standard output.
//   desk ADDRESS KEY MODULUS KEY MODULUS | robot LICENCE ACCOUNT SERVER PRODUCT FILE | check | may | code | trouble | after
//   local SECONDS | broker SECONDS | ticks MILLISECONDS | error CODE | full 0|1
//   verify FILE MODULUS: whether the file holds an answer that this key has signed
#include "mql_in_cpp.h"

#include "codedesk.mqh"

#include <iostream>
#include <memory>
#include <sstream>

static bool verify(const string &name, const string &modulus_text)
{
  CD_NEW_BYTES(bytes);
  CD_NEW_TEXTS(fields);
  CD_NEW_WORDS(modulus);
  CD_NEW_BYTES(signature);
  int file = FileOpen(name, FILE_READ | FILE_BIN), signed_until = 0;
  int many = (int)FileReadArray(file, bytes);
  FileClose(file);
  if (!CdParse(bytes, many, fields, signed_until) || !CdModulus(modulus_text, modulus)) return false;
  if (!CdSignature(fields[CD_SIG], signature)) return false;
  CD_NEW_BYTES(text);
  text.assign(bytes.begin(), bytes.begin() + signed_until);
  return CdVerify(text, signature, modulus);
}

int main()
{
  std::unique_ptr<CCodedesk> robot(new CCodedesk());
  std::vector<string> desk(5);
  for (string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    string what;
    words >> what;
    long number = 0;
    if (what == "desk") {
      for (string &each : desk) { words >> each; if (each == "-") each = ""; }
    } else if (what == "robot") {
      string licence, account, server, product, file;
      words >> licence >> account >> server >> product >> file;
      robot.reset(new CCodedesk());
      robot->Desk(desk[0], desk[1], desk[2], desk[3], desk[4]);
      robot->Robot(licence, product, "mt5", account, server, "real", "1.0", "A1B2C3", file);
    } else if (what == "check") { std::cout << robot->Check(); }
    else if (what == "may") { std::cout << robot->MayTrade(); }
    else if (what == "code") { std::cout << robot->Code(); }
    else if (what == "trouble") { std::cout << robot->Trouble(); }
    else if (what == "after") { std::cout << robot->CheckAfter(); }
    else if (what == "verify") {
      string file, modulus;
      words >> file >> modulus;
      std::cout << verify(file, modulus);
    } else {
      words >> number;
      if (what == "local") test_local += number;
      if (what == "broker") test_broker += number;
      if (what == "ticks") test_ticks += (uint)number;
      if (what == "error") test_error = (int)number;
      if (what == "full") test_disk_is_full = number != 0;
    }
    std::cout << std::endl;
  }
}
