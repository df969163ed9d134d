#include "ledger/bech32.h"

#include <ctype.h>
#include <string.h>

static const char alphabet[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

enum {
	CHECK = 6,
	KEY_GROUPS = 52
}; /* 256 bits in groups of five, the last padded with 4 zero bits */

/* One step of the checksum: the code of BIP 173 over GF(32). */
static uint32_t step(uint32_t sum, unsigned value)
{
	static const uint32_t generator[5] = { 0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd,
					       0x2a1462b3 };
	uint32_t top = sum >> 25;

	sum = (sum & 0x1ffffff) << 5 ^ value;
	for (int i = 0; i < 5; i++)
		if (top >> i & 1)
			sum ^= generator[i];
	return sum;
}

static uint32_t prefix_sum(struct str hrp)
{
	uint32_t sum = 1;

	for (size_t i = 0; i < hrp.n; i++)
		sum = step(sum, (unsigned char)hrp.p[i] >> 5);
	sum = step(sum, 0);
	for (size_t i = 0; i < hrp.n; i++)
		sum = step(sum, (unsigned char)hrp.p[i] & 31);
	return sum;
}

/* Group `i` of five bits, from the left; bits past the end are zero. */
static unsigned group(const unsigned char key[32], unsigned i)
{
	unsigned bit = i * 5, byte = bit / 8;
	unsigned two = (unsigned)key[byte] << 8 | (byte + 1 < 32 ? key[byte + 1] : 0);

	return two >> (11 - bit % 8) & 31;
}

void bech32_write(struct buf *out, struct str hrp, const unsigned char key[32])
{
	uint32_t sum = prefix_sum(hrp);

	buf_add(out, hrp);
	buf_ch(out, '1');
	for (unsigned i = 0; i < KEY_GROUPS; i++) {
		buf_ch(out, alphabet[group(key, i)]);
		sum = step(sum, group(key, i));
	}
	for (int i = 0; i < CHECK; i++)
		sum = step(sum, 0);
	sum ^= 1;
	for (int i = 0; i < CHECK; i++)
		buf_ch(out, alphabet[sum >> 5 * (CHECK - 1 - i) & 31]);
}

/* All in one case; `lower` gets the text in lower case. */
static bool fold(struct str text, char *lower)
{
	bool small = false, large = false;

	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		small |= c >= 'a' && c <= 'z';
		large |= c >= 'A' && c <= 'Z';
		lower[i] = (char)tolower(c);
	}
	return !(small && large);
}

bool bech32_read(struct str text, struct str hrp, unsigned char key[32])
{
	char lower[128] = { 0 };
	uint32_t sum = prefix_sum(hrp);
	unsigned bits = 0, held = 0;
	size_t at = 0;

	if (text.n != hrp.n + 1 + KEY_GROUPS + CHECK || text.n > sizeof(lower) ||
	    !fold(text, lower) || memcmp(lower, hrp.p, hrp.n) != 0 || lower[hrp.n] != '1')
		return false;
	for (size_t i = hrp.n + 1; i < text.n; i++) {
		const char *found = memchr(alphabet, lower[i], sizeof(alphabet) - 1);

		if (!found)
			return false;
		sum = step(sum, (unsigned)(found - alphabet));
		if (i + CHECK >= text.n)
			continue;
		held = (held << 5 | (unsigned)(found - alphabet)) & 0xfff;
		bits += 5;
		if (bits >= 8 && at < 32) {
			bits -= 8;
			key[at++] = (unsigned char)(held >> bits);
		}
	}
	return sum == 1 && (held & ((1u << bits) - 1)) == 0;
}
