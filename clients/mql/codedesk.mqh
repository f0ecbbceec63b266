//+------------------------------------------------------------------+
//| codedesk.mqh: asks a Codedesk whether a licence is valid, and    |
//| believes only what the desk has signed.                          |
//|                                                                  |
//| One file for MQL4 and MQL5. It holds no secret: whoever has it   |
//| can ask, and nobody can answer for the desk.                     |
//|                                                                  |
//| The rules: only a signed refusal stops new trades, and open      |
//| positions stay managed. Whatever is not signed (no network, a    |
//| captive portal, a desk that is down) changes nothing: the last   |
//| signed answer holds until its valid_until. It is kept on disk,   |
//| whole, and verified again at the start. What has passed since it |
//| came is the most that any clock says, and never less than before.|
//|                                                                  |
//| Written in what MQL and C++ have in common, so that the desk's   |
//| tests compile it with g++ (mql_in_cpp.h stands for MetaTrader).  |
//+------------------------------------------------------------------+
#ifndef CODEDESK_MQH
#define CODEDESK_MQH

// An array in the parameters and as a local: C++ has another way to write it.
#ifndef __cplusplus
#define CD_BYTES(name) uchar &name[]
#define CD_WORDS(name) uint &name[]
#define CD_TEXTS(name) string &name[]
#define CD_NEW_BYTES(name) uchar name[]
#define CD_NEW_WORDS(name) uint name[]
#define CD_NEW_TEXTS(name) string name[]
#endif

#define CD_FIELDS 17
#define CD_WORDS_OF_A_KEY 64   // RSA-2048, in words of 32 bits
#define CD_BYTES_OF_A_KEY 256
#define CD_LONGEST_ANSWER 4096
#define CD_TIMEOUT 5000        // milliseconds; a robot has other things to do

// The fields of an answer, by their places.
#define CD_V 0
#define CD_CODE 1
#define CD_LICENCE 2
#define CD_PRODUCT 3
#define CD_PLATFORM 4
#define CD_ACCOUNT 5
#define CD_SERVER 6
#define CD_MODE 7
#define CD_TERMINAL 8
#define CD_NOW 9
#define CD_EXPIRES 10
#define CD_VALID_UNTIL 11
#define CD_CHECK_AFTER 12
#define CD_MESSAGE 13
#define CD_NONCE 14
#define CD_KEY 15
#define CD_SIG 16

string CdNameOf(int field)
  {
   switch(field)
     {
      case CD_V: return "v";
      case CD_CODE: return "code";
      case CD_LICENCE: return "licence";
      case CD_PRODUCT: return "product";
      case CD_PLATFORM: return "platform";
      case CD_ACCOUNT: return "account";
      case CD_SERVER: return "server";
      case CD_MODE: return "mode";
      case CD_TERMINAL: return "terminal";
      case CD_NOW: return "now";
      case CD_EXPIRES: return "expires";
      case CD_VALID_UNTIL: return "valid_until";
      case CD_CHECK_AFTER: return "check_after";
      case CD_MESSAGE: return "message";
      case CD_NONCE: return "nonce";
      case CD_KEY: return "key";
     }
   return "sig";
  }

//+------------------------------------------------------------------+
//| Numbers of 2048 bits: words of 32 bits, the lowest first.        |
//+------------------------------------------------------------------+
bool CdIsLess(CD_WORDS(a), CD_WORDS(b))
  {
   for(int i = CD_WORDS_OF_A_KEY - 1; i >= 0; i--)
      if(a[i] != b[i])
         return a[i] < b[i];
   return false;
  }

void CdSubtract(CD_WORDS(a), CD_WORDS(b))
  {
   ulong borrow = 0;
   for(int i = 0; i < CD_WORDS_OF_A_KEY; i++)
     {
      ulong less = (ulong)b[i] + borrow;
      borrow = (ulong)a[i] < less ? 1 : 0;
      a[i] = (uint)((ulong)a[i] - less);
     }
  }

// a = a + b mod n, of which both are less.
void CdAddMod(CD_WORDS(a), CD_WORDS(b), CD_WORDS(n))
  {
   ulong carry = 0;
   for(int i = 0; i < CD_WORDS_OF_A_KEY; i++)
     {
      carry += (ulong)a[i] + (ulong)b[i];
      a[i] = (uint)carry;
      carry >>= 32;
     }
   if(carry != 0 || !CdIsLess(a, n))
      CdSubtract(a, n);
  }

// out = a * b mod n, bit by bit: slow and short. The seventeen of them that a signature takes are a few hundredths of a second.
void CdMultiplyMod(CD_WORDS(a), CD_WORDS(b), CD_WORDS(n), CD_WORDS(out))
  {
   CD_NEW_WORDS(sum);
   ArrayResize(sum, CD_WORDS_OF_A_KEY);
   for(int i = 0; i < CD_WORDS_OF_A_KEY; i++)
      sum[i] = 0;
   for(int word = CD_WORDS_OF_A_KEY - 1; word >= 0; word--)
      for(int bit = 31; bit >= 0; bit--)
        {
         CdAddMod(sum, sum, n);
         if(((a[word] >> bit) & 1) != 0)
            CdAddMod(sum, b, n);
        }
   for(int i = 0; i < CD_WORDS_OF_A_KEY; i++)
      out[i] = sum[i];
  }

void CdWordsOf(CD_BYTES(bytes), CD_WORDS(words))
  {
   ArrayResize(words, CD_WORDS_OF_A_KEY);
   for(int i = 0; i < CD_WORDS_OF_A_KEY; i++)
     {
      int last = CD_BYTES_OF_A_KEY - 1 - 4 * i;
      words[i] = (uint)bytes[last] | ((uint)bytes[last - 1] << 8) | ((uint)bytes[last - 2] << 16) | ((uint)bytes[last - 3] << 24);
     }
  }

int CdHexDigit(int letter)
  {
   if(letter >= '0' && letter <= '9') return letter - '0';
   if(letter >= 'A' && letter <= 'F') return letter - 'A' + 10;
   if(letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
   return -1;
  }

// A key's modulus, as `python -m app keys list` prints it.
bool CdModulus(string hex, CD_WORDS(words))
  {
   if(StringLen(hex) != 2 * CD_BYTES_OF_A_KEY)
      return false;
   CD_NEW_BYTES(bytes);
   ArrayResize(bytes, CD_BYTES_OF_A_KEY);
   for(int i = 0; i < CD_BYTES_OF_A_KEY; i++)
     {
      int high = CdHexDigit(StringGetCharacter(hex, 2 * i)), low = CdHexDigit(StringGetCharacter(hex, 2 * i + 1));
      if(high < 0 || low < 0)
         return false;
      bytes[i] = (uchar)(high * 16 + low);
     }
   CdWordsOf(bytes, words);
   return true;
  }

int CdSixBits(int letter)
  {
   if(letter >= 'A' && letter <= 'Z') return letter - 'A';
   if(letter >= 'a' && letter <= 'z') return letter - 'a' + 26;
   if(letter >= '0' && letter <= '9') return letter - '0' + 52;
   if(letter == '+') return 62;
   if(letter == '/') return 63;
   return -1;
  }

// Base64 of 256 bytes: 342 letters and two equals signs, and no other way to write the same.
bool CdSignature(string text, CD_BYTES(bytes))
  {
   if(StringLen(text) != 344 || StringSubstr(text, 342, 2) != "==")
      return false;
   ArrayResize(bytes, CD_BYTES_OF_A_KEY);
   uint held = 0;
   int bits = 0, at = 0;
   for(int i = 0; i < 342; i++)
     {
      int six = CdSixBits(StringGetCharacter(text, i));
      if(six < 0)
         return false;
      held = (held << 6) | (uint)six;
      bits += 6;
      if(bits >= 8)
        {
         bits -= 8;
         bytes[at++] = (uchar)((held >> bits) & 0xFF);
        }
     }
   return (held & (((uint)1 << bits) - 1)) == 0;
  }

// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017, 8.2.2), e = 65537: what the signature holds is what it must hold, byte for byte.
bool CdVerify(CD_BYTES(text), CD_BYTES(signature), CD_WORDS(modulus))
  {
   CD_NEW_WORDS(s);
   CD_NEW_WORDS(power);
   CdWordsOf(signature, s);
   if(!CdIsLess(s, modulus))
      return false;
   ArrayResize(power, CD_WORDS_OF_A_KEY);
   for(int i = 0; i < CD_WORDS_OF_A_KEY; i++)
      power[i] = s[i];
   for(int i = 0; i < 16; i++)
      CdMultiplyMod(power, power, modulus, power);
   CdMultiplyMod(power, s, modulus, power);

   CD_NEW_BYTES(no_key);
   CD_NEW_BYTES(hash);
   if(CryptEncode(CRYPT_HASH_SHA256, text, no_key, hash) != 32)
      return false;
   CD_NEW_BYTES(expected);
   ArrayResize(expected, CD_BYTES_OF_A_KEY);
   for(int i = 0; i < CD_BYTES_OF_A_KEY; i++)
      expected[i] = 0xFF;
   expected[0] = 0;
   expected[1] = 1;
   // 00 and the DigestInfo of SHA-256 (RFC 8017, 9.2)
   uchar info[20] = {0x00, 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};
   for(int i = 0; i < 20; i++)
      expected[CD_BYTES_OF_A_KEY - 52 + i] = info[i];
   for(int i = 0; i < 32; i++)
      expected[CD_BYTES_OF_A_KEY - 32 + i] = hash[i];
   CD_NEW_WORDS(wanted);
   CdWordsOf(expected, wanted);
   for(int i = 0; i < CD_WORDS_OF_A_KEY; i++)
      if(power[i] != wanted[i])
         return false;
   return true;
  }

//+------------------------------------------------------------------+
//| Texts.                                                           |
//+------------------------------------------------------------------+
string CdHex(int byte)
  {
   return StringSubstr("0123456789ABCDEF", byte / 16, 1) + StringSubstr("0123456789ABCDEF", byte % 16, 1);
  }

// As the answer says again what it was asked: every byte outside of 0x21-0x7E, and %, as %XX. What a form needs, too, but for
// & + and =, which stand for themselves in an answer.
string CdInAscii(string value, bool in_a_form)
  {
   CD_NEW_BYTES(bytes);
   int many = StringToCharArray(value, bytes, 0, -1, CP_UTF8);
   string text = "";
   for(int i = 0; i < many && bytes[i] != 0; i++)
     {
      int byte = bytes[i];
      bool is_plain = byte > 0x20 && byte < 0x7F && byte != '%' && !(in_a_form && (byte == '&' || byte == '+' || byte == '='));
      text += is_plain ? StringSubstr(CharToString((uchar)byte), 0, 1) : "%" + CdHex(byte);
     }
   return text;
  }

bool CdIsNumber(string text)
  {
   if(StringLen(text) == 0 || StringLen(text) > 12)
      return false;
   for(int i = 0; i < StringLen(text); i++)
      if(StringGetCharacter(text, i) < '0' || StringGetCharacter(text, i) > '9')
         return false;
   return true;
  }

// The fields of an answer, byte for byte; signed_until: where its last line begins.
bool CdParse(CD_BYTES(answer), int many, CD_TEXTS(fields), int &signed_until)
  {
   if(many == 0 || many > CD_LONGEST_ANSWER || answer[many - 1] != '\n')
      return false;
   ArrayResize(fields, CD_FIELDS);
   int at = 0;
   for(int field = 0; field < CD_FIELDS; field++)
     {
      signed_until = at;
      int end = at;
      while(end < many && answer[end] != '\n')
        {
         if(answer[end] < 0x20 || answer[end] > 0x7E)
            return false;
         end++;
        }
      if(end >= many)
         return false;
      string line = CharArrayToString(answer, at, end - at), name = CdNameOf(field) + "=";
      if(StringSubstr(line, 0, StringLen(name)) != name)
         return false;
      fields[field] = StringSubstr(line, StringLen(name));
      at = end + 1;
     }
   return at == many;
  }

//+------------------------------------------------------------------+
//| The licence of one robot on one terminal.                        |
//+------------------------------------------------------------------+
class CCodedesk
  {
private:
   string            m_url, m_file, m_licence, m_product, m_platform, m_account, m_server, m_mode, m_version, m_terminal;
   string            m_key_1, m_modulus_1, m_key_2, m_modulus_2;
   CD_NEW_BYTES(     m_kept);
   int               m_kept_many;
   CD_NEW_TEXTS(     m_answer);
   bool              m_has_answer;
   // What had passed when the clocks were looked at, and what each said then.
   long              m_before, m_passed, m_local, m_broker, m_ticks, m_last_ticks;
   string            m_trouble;

public:
                     CCodedesk()
     {
      m_has_answer = false;
      m_kept_many = 0;
      m_before = m_passed = m_local = m_broker = m_ticks = m_last_ticks = 0;
     }

   // The desk's address, and one or two of its public keys (`python -m app keys list`): the second may be empty.
   void              Desk(string address, string key_1, string modulus_1, string key_2, string modulus_2)
     {
      m_url = address + "/robot/check";
      m_key_1 = key_1;
      m_modulus_1 = modulus_1;
      m_key_2 = key_2;
      m_modulus_2 = modulus_2;
     }

   // What the robot says of itself; `file`: where the last answer is kept, in the terminal's Files. Reads it.
   void              Robot(string licence, string product, string platform, string account, string server, string mode,
                           string version, string terminal, string file)
     {
      m_licence = licence;
      m_product = product;
      m_platform = platform;
      m_account = account;
      m_server = server;
      m_mode = mode;
      m_version = version;
      m_terminal = terminal;
      m_file = file;
      Load();
     }

   string            Code() { return m_has_answer ? m_answer[CD_CODE] : ""; }
   string            Message() { return m_has_answer ? m_answer[CD_MESSAGE] : ""; }
   // Why the last check brought nothing; empty: it brought an answer.
   string            Trouble() { return m_trouble; }

   // Seconds until the next check, give or take a tenth, so that not all robots ask at once; a minute before the first answer.
   int               CheckAfter()
     {
      long seconds = m_has_answer ? StringToInteger(m_answer[CD_CHECK_AFTER]) : 60;
      return (int)(seconds * 9 / 10 + seconds * (MathRand() % 1000) / 5000);
     }

   // Whether new trades may be opened now. Open positions are managed whatever it says.
   bool              MayTrade()
     {
      if(!m_has_answer || m_answer[CD_CODE] != "VALID")
         return false;
      return StringToInteger(m_answer[CD_NOW]) + Passed() < StringToInteger(m_answer[CD_VALID_UNTIL]);
     }

   // Asks the desk. False when nothing came that it has signed: then the last signed answer holds.
   bool              Check()
     {
      string nonce = "";
      for(int i = 0; i < 16; i++)
         nonce += CdHex((MathRand() ^ (int)(GetTickCount() >> i)) & 0xFF);
      string body = "v=1&licence=" + CdInAscii(m_licence, true) + "&product=" + CdInAscii(m_product, true) +
                    "&platform=" + CdInAscii(m_platform, true) + "&account=" + CdInAscii(m_account, true) +
                    "&server=" + CdInAscii(m_server, true) + "&mode=" + CdInAscii(m_mode, true) +
                    "&version=" + CdInAscii(m_version, true) + "&terminal=" + CdInAscii(m_terminal, true) + "&nonce=" + nonce;
      CD_NEW_BYTES(sent);
      CD_NEW_BYTES(came);
      string headers;
      StringToCharArray(body, sent);
      ResetLastError();
      int status = WebRequest("POST", m_url, "Content-Type: application/x-www-form-urlencoded\r\n", CD_TIMEOUT, sent, came, headers);
      int error = GetLastError();
      if(status == -1)
         m_trouble = error == 4014 || error == 4060 || error == 5200
                     ? "allow " + m_url + " in Tools, Options, Expert Advisors: Allow WebRequest for listed URL"
                     : "the desk cannot be reached: error " + IntegerToString(error);
      else
         if(status != 200)
            m_trouble = "the desk says " + IntegerToString(status);
         else
           {
            m_trouble = Believe(came, ArraySize(came), nonce);
            if(m_trouble == "")
              {
               Begin(0);
               Keep();
               return true;
              }
           }
      Keep();
      return false;
     }

private:
   // Takes an answer that one of the keys has signed and that answers what was asked; else says what is wrong with it.
   // An empty nonce: one that was kept, to whichever question.
   string            Believe(CD_BYTES(answer), int many, string nonce)
     {
      CD_NEW_TEXTS(fields);
      int signed_until = 0;
      if(!CdParse(answer, many, fields, signed_until))
         return "what came is no answer of a desk";
      string modulus_text = "";
      if(fields[CD_KEY] == m_key_1)
         modulus_text = m_modulus_1;
      else
         if(m_key_2 != "" && fields[CD_KEY] == m_key_2)
            modulus_text = m_modulus_2;
      CD_NEW_WORDS(modulus);
      CD_NEW_BYTES(signature);
      CD_NEW_BYTES(text);
      if(!CdModulus(modulus_text, modulus))
         return "it is signed with a key that this robot does not know";
      ArrayResize(text, signed_until);
      for(int i = 0; i < signed_until; i++)
         text[i] = answer[i];
      if(!CdSignature(fields[CD_SIG], signature) || !CdVerify(text, signature, modulus))
         return "its signature is not the desk's";
      if(fields[CD_LICENCE] != CdInAscii(m_licence, false) || fields[CD_PRODUCT] != CdInAscii(m_product, false) ||
         fields[CD_PLATFORM] != CdInAscii(m_platform, false) || fields[CD_ACCOUNT] != CdInAscii(m_account, false) ||
         fields[CD_SERVER] != CdInAscii(m_server, false) || fields[CD_MODE] != CdInAscii(m_mode, false) ||
         fields[CD_TERMINAL] != CdInAscii(m_terminal, false) || (nonce != "" && fields[CD_NONCE] != nonce))
         return "it answers another question";
      if(!CdIsNumber(fields[CD_NOW]) || !CdIsNumber(fields[CD_VALID_UNTIL]) || !CdIsNumber(fields[CD_CHECK_AFTER]))
         return "one of its times is no number";
      ArrayResize(m_answer, CD_FIELDS);
      for(int i = 0; i < CD_FIELDS; i++)
         m_answer[i] = fields[i];
      ArrayResize(m_kept, many);
      for(int i = 0; i < many; i++)
         m_kept[i] = answer[i];
      m_kept_many = many;
      m_has_answer = true;
      return "";
     }

   // An answer has come, of which so many seconds have passed already.
   void              Begin(long passed)
     {
      m_before = m_passed = passed;
      m_local = (long)TimeLocal();
      m_broker = (long)TimeCurrent();
      m_ticks = 0;
      m_last_ticks = (long)GetTickCount();
     }

   // Seconds since the answer came: the most that one of three clocks says, and never less than it said before.
   long              Passed()
     {
      long ticks = (long)GetTickCount(), step = ticks - m_last_ticks;
      if(step < 0)
         step += 4294967296;   // it has begun anew, as it does every 49 days
      m_ticks += step;
      m_last_ticks = ticks;
      long most = m_passed;
      if(m_before + (long)TimeLocal() - m_local > most)
         most = m_before + (long)TimeLocal() - m_local;
      if(m_before + (long)TimeCurrent() - m_broker > most)
         most = m_before + (long)TimeCurrent() - m_broker;
      if(m_before + m_ticks / 1000 > most)
         most = m_before + m_ticks / 1000;
      m_passed = most;
      return most;
     }

   // With how much of its time has passed, and when that was; a disk that is full costs no trade.
   void              Keep()
     {
      if(!m_has_answer)
         return;
      string head = IntegerToString(Passed()) + " " + IntegerToString((long)TimeLocal()) + " " + IntegerToString((long)TimeCurrent()) + "\n";
      CD_NEW_BYTES(bytes);
      int many = StringLen(head);
      StringToCharArray(head, bytes);
      ArrayResize(bytes, many + m_kept_many);
      for(int i = 0; i < m_kept_many; i++)
         bytes[many + i] = m_kept[i];
      int file = FileOpen(m_file, FILE_WRITE | FILE_BIN);
      bool is_kept = file != INVALID_HANDLE && FileWriteArray(file, bytes) == (uint)(many + m_kept_many);
      if(file != INVALID_HANDLE)
         FileClose(file);
      if(!is_kept && m_trouble == "")
         m_trouble = "the answer cannot be kept: error " + IntegerToString(GetLastError());
     }

   // The last answer, verified again: nobody can write one by hand. What is not there, or is not ours, is none.
   void              Load()
     {
      m_has_answer = false;
      int file = FileOpen(m_file, FILE_READ | FILE_BIN);
      if(file == INVALID_HANDLE)
         return;
      CD_NEW_BYTES(bytes);
      int many = (int)FileReadArray(file, bytes);
      FileClose(file);
      int at = 0, number = 0;
      long numbers[3] = {0, 0, 0};
      while(at < many && bytes[at] != '\n')
        {
         if(bytes[at] == ' ')
            number++;
         else
           {
            // No moment and no span of a robot's has more than twelve digits.
            if(bytes[at] < '0' || bytes[at] > '9' || number > 2 || numbers[number] > 99999999999)
               return;
            numbers[number] = numbers[number] * 10 + (bytes[at] - '0');
           }
         at++;
        }
      if(number != 2 || at >= many)
         return;
      at++;
      CD_NEW_BYTES(answer);
      ArrayResize(answer, many - at);
      for(int i = at; i < many; i++)
         answer[i - at] = bytes[i];
      if(Believe(answer, many - at, "") != "")
         return;
      long passed = numbers[0];
      if(numbers[0] + (long)TimeLocal() - numbers[1] > passed)
         passed = numbers[0] + (long)TimeLocal() - numbers[1];
      if(numbers[0] + (long)TimeCurrent() - numbers[2] > passed)
         passed = numbers[0] + (long)TimeCurrent() - numbers[2];
      Begin(passed);
     }
  };

#endif
