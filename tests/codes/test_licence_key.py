from hypothesis import given
from hypothesis import strategies as st

from app.licences.key import ALPHABET, LENGTH, check_symbol, grouped, is_valid, new_key, normalised

bodies = st.text(alphabet=ALPHABET, min_size=LENGTH - 1, max_size=LENGTH - 1)
keys = bodies.map(lambda body: body + check_symbol(body))


def test_a_new_key_has_five_groups_of_five_and_its_check_symbol_fits():
    key = new_key()
    assert is_valid(key)
    assert [len(group) for group in grouped(key).split("-")] == [5] * 5


def test_a_hundred_new_keys_are_all_different():
    assert len({new_key() for _ in range(100)}) == 100


@given(bodies)
def test_exactly_one_check_symbol_fits_a_body(body):
    assert [symbol for symbol in ALPHABET if is_valid(body + symbol)] == [check_symbol(body)]


@given(keys, st.integers(0, LENGTH - 1))
def test_every_single_wrong_symbol_is_caught(key, place):
    wrong = [key[:place] + symbol + key[place + 1 :] for symbol in ALPHABET if symbol != key[place]]
    assert not any(map(is_valid, wrong))


@given(keys, st.integers(0, LENGTH - 2))
def test_two_neighbours_swapped_are_caught_but_for_0_and_z_which_is_the_gap_of_luhns_rule(key, place):
    swapped = key[:place] + key[place + 1] + key[place] + key[place + 2 :]
    unseen = key[place] == key[place + 1] or {key[place], key[place + 1]} == {"0", "Z"}
    assert is_valid(swapped) is unseen


def test_every_pair_of_symbols_swapped_in_every_place_is_caught_but_for_0_and_z():
    for place in (0, 1, LENGTH - 3):
        for first in ALPHABET:
            for second in ALPHABET:
                body = "7" * place + first + second + "7" * (LENGTH - 3 - place)
                swapped = "7" * place + second + first + "7" * (LENGTH - 3 - place)
                caught = check_symbol(body) != check_symbol(swapped)
                assert caught is (first != second and {first, second} != {"0", "Z"})


@given(keys)
def test_a_key_is_read_as_it_is_shown_in_lower_case_and_with_spaces(key):
    assert normalised(grouped(key)) == key
    assert normalised(f"  {grouped(key).lower()} ") == key
    assert normalised(grouped(key).replace("-", " ")) == key


@given(keys)
def test_o_i_and_l_are_read_as_the_digits_they_look_like(key):
    for digit, letters in (("0", "Oo"), ("1", "IiLl")):
        for letter in letters:
            assert normalised(key.replace(digit, letter)) == key


def test_a_key_of_another_length_or_with_a_foreign_symbol_is_not_valid():
    key = new_key()
    assert not is_valid(key[:-1])
    assert not is_valid(key + "0")
    assert not is_valid("")
    assert not is_valid("U" + key[1:])
