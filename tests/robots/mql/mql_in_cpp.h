// MetaTrader in C++: the few functions of MQL that codedesk.mqh uses, as their documentation says they behave. Clocks, files
// and errors are set by the tests (robot.cpp).
#pragma once

#include <arpa/inet.h>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <netdb.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

typedef std::string string;
typedef uint8_t uchar;
typedef uint32_t uint;
typedef uint64_t ulong;

#define CD_BYTES(name) std::vector<uchar> &name
#define CD_WORDS(name) std::vector<uint> &name
#define CD_TEXTS(name) std::vector<string> &name
#define CD_NEW_BYTES(name) std::vector<uchar> name
#define CD_NEW_WORDS(name) std::vector<uint> name
#define CD_NEW_TEXTS(name) std::vector<string> name

enum { CP_UTF8 = 65001, CRYPT_HASH_SHA256 = 6, FILE_READ = 1, FILE_WRITE = 2, FILE_BIN = 4, INVALID_HANDLE = -1 };

// What a test sets.
inline long test_local = 1000000, test_broker = 2000000;
inline uint test_ticks = 5000;
inline int test_error = 0;            // of WebRequest: as if the terminal refused it
inline bool test_disk_is_full = false;

template <class T> int ArraySize(std::vector<T> &a) { return (int)a.size(); }
template <class T> int ArrayResize(std::vector<T> &a, int many) { a.resize(many); return many; }

inline int StringLen(const string &s) { return (int)s.size(); }
inline string StringSubstr(const string &s, int start, int length = -1)
{
  return start >= (int)s.size() ? string() : s.substr(start, length < 0 ? string::npos : (size_t)length);
}
inline int StringGetCharacter(const string &s, int at) { return (uchar)s[at]; }
inline string CharToString(uchar c) { return string(1, (char)c); }
inline string IntegerToString(long n) { return std::to_string(n); }
inline long StringToInteger(const string &s) { return atol(s.c_str()); }
inline string CharArrayToString(std::vector<uchar> &a, int start, int many)
{
  return string(a.begin() + start, a.begin() + start + many);
}
// With the NUL that ends a text, which MetaTrader appends.
inline int StringToCharArray(const string &s, std::vector<uchar> &a, int = 0, int = -1, uint = 0)
{
  a.assign(s.begin(), s.end());
  a.push_back(0);
  return (int)a.size();
}

inline int MathRand() { return rand() & 0x7FFF; }
inline long TimeLocal() { return test_local; }
inline long TimeCurrent() { return test_broker; }
inline uint GetTickCount() { return test_ticks; }
inline int last_error = 0;
inline void ResetLastError() { last_error = 0; }
inline int GetLastError() { return last_error; }

// SHA-256 (FIPS 180-4), which MetaTrader has built in.
inline uint rotated(uint x, int n) { return (x >> n) | (x << (32 - n)); }
inline int CryptEncode(int, std::vector<uchar> &data, std::vector<uchar> &, std::vector<uchar> &out)
{
  static const uint K[64] = {
    0x428a2f98,0x71374491,0xb5c0fbcf,0xe9b5dba5,0x3956c25b,0x59f111f1,0x923f82a4,0xab1c5ed5,0xd807aa98,0x12835b01,0x243185be,0x550c7dc3,
    0x72be5d74,0x80deb1fe,0x9bdc06a7,0xc19bf174,0xe49b69c1,0xefbe4786,0x0fc19dc6,0x240ca1cc,0x2de92c6f,0x4a7484aa,0x5cb0a9dc,0x76f988da,
    0x983e5152,0xa831c66d,0xb00327c8,0xbf597fc7,0xc6e00bf3,0xd5a79147,0x06ca6351,0x14292967,0x27b70a85,0x2e1b2138,0x4d2c6dfc,0x53380d13,
    0x650a7354,0x766a0abb,0x81c2c92e,0x92722c85,0xa2bfe8a1,0xa81a664b,0xc24b8b70,0xc76c51a3,0xd192e819,0xd6990624,0xf40e3585,0x106aa070,
    0x19a4c116,0x1e376c08,0x2748774c,0x34b0bcb5,0x391c0cb3,0x4ed8aa4a,0x5b9cca4f,0x682e6ff3,0x748f82ee,0x78a5636f,0x84c87814,0x8cc70208,
    0x90befffa,0xa4506ceb,0xbef9a3f7,0xc67178f2};
  uint h[8] = {0x6a09e667,0xbb67ae85,0x3c6ef372,0xa54ff53a,0x510e527f,0x9b05688c,0x1f83d9ab,0x5be0cd19};
  std::vector<uchar> m(data);
  m.push_back(0x80);
  while (m.size() % 64 != 56) m.push_back(0);
  for (int i = 7; i >= 0; i--) m.push_back((uchar)(((ulong)data.size() * 8) >> (8 * i)));
  for (size_t block = 0; block < m.size(); block += 64) {
    uint w[64], v[8];
    for (int i = 0; i < 16; i++) {
      const uchar *p = &m[block + 4 * i];
      w[i] = (uint)p[0] << 24 | (uint)p[1] << 16 | (uint)p[2] << 8 | p[3];
    }
    for (int i = 16; i < 64; i++)
      w[i] = w[i-16] + (rotated(w[i-15],7) ^ rotated(w[i-15],18) ^ (w[i-15] >> 3)) + w[i-7] + (rotated(w[i-2],17) ^ rotated(w[i-2],19) ^ (w[i-2] >> 10));
    memcpy(v, h, sizeof h);
    for (int i = 0; i < 64; i++) {
      uint one = v[7] + (rotated(v[4],6) ^ rotated(v[4],11) ^ rotated(v[4],25)) + ((v[4] & v[5]) ^ (~v[4] & v[6])) + K[i] + w[i];
      uint two = (rotated(v[0],2) ^ rotated(v[0],13) ^ rotated(v[0],22)) + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
      for (int k = 7; k > 0; k--) v[k] = v[k-1];
      v[4] += one;
      v[0] = one + two;
    }
    for (int i = 0; i < 8; i++) h[i] += v[i];
  }
  out.resize(32);
  for (int i = 0; i < 32; i++) out[i] = (uchar)(h[i / 4] >> (8 * (3 - i % 4)));
  return 32;
}

// One file at a time is enough here.
inline FILE *open_file = nullptr;
inline int FileOpen(const string &name, int flags)
{
  if ((flags & FILE_WRITE) && test_disk_is_full) { last_error = 5002; return INVALID_HANDLE; }
  open_file = fopen(name.c_str(), flags & FILE_WRITE ? "wb" : "rb");
  if (!open_file) { last_error = 5004; return INVALID_HANDLE; }
  return 1;
}
inline void FileClose(int) { fclose(open_file); }
inline uint FileWriteArray(int, std::vector<uchar> &a) { return (uint)fwrite(a.data(), 1, a.size(), open_file); }
inline uint FileReadArray(int, std::vector<uchar> &a)
{
  a.resize(1 << 16);
  size_t many = fread(a.data(), 1, a.size(), open_file);
  a.resize(many);
  return (uint)many;
}

// A POST to http://127.0.0.1:PORT/…, as MetaTrader sends it; -1 and an error where there is no answer.
inline int WebRequest(const string &method, const string &url, const string &headers, int timeout, std::vector<uchar> &data,
                      std::vector<uchar> &result, string &result_headers)
{
  if (test_error) { last_error = test_error; return -1; }
  size_t host = url.find("//") + 2, path = url.find('/', host), colon = url.find(':', host);
  sockaddr_in where = {};
  where.sin_family = AF_INET;
  where.sin_port = htons((uint16_t)atoi(url.substr(colon + 1, path - colon - 1).c_str()));
  inet_pton(AF_INET, url.substr(host, colon - host).c_str(), &where.sin_addr);
  int line = socket(AF_INET, SOCK_STREAM, 0);
  timeval limit = {timeout / 1000, 0};
  setsockopt(line, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  string came;
  if (connect(line, (sockaddr *)&where, sizeof where) == 0) {
    string head = method + " " + url.substr(path) + " HTTP/1.1\r\nHost: " + url.substr(host, path - host) + "\r\n" + headers +
                  "Content-Length: " + std::to_string(data.size()) + "\r\nConnection: close\r\n\r\n";
    head.append(data.begin(), data.end());
    for (size_t sent = 0; sent < head.size();) {
      ssize_t many = send(line, head.data() + sent, head.size() - sent, MSG_NOSIGNAL);
      if (many <= 0) break;
      sent += (size_t)many;
    }
    char portion[4096];
    for (ssize_t many; (many = recv(line, portion, sizeof portion, 0)) > 0;) came.append(portion, (size_t)many);
  }
  close(line);
  size_t end = came.find("\r\n\r\n");
  if (came.compare(0, 7, "HTTP/1.") != 0 || end == string::npos) { last_error = 5203; return -1; }
  result_headers = came.substr(0, end);
  result.assign(came.begin() + (long)end + 4, came.end());
  return atoi(came.c_str() + 9);
}
