"""Language models of 150 KB with random weights: everything that a real one has, in the real files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

LABELS = ("NEG", "NEU", "POS")


def tiny_roberta(
    folder: Path, labels: tuple[str, ...] = LABELS, *, several: bool = False, seed: int = 1
) -> Path:
    """A folder with config.json, model.safetensors and the tokenizer's files."""
    import torch
    from transformers import RobertaConfig, RobertaForSequenceClassification

    tokenizer = _tokenizer()
    tokenizer.save_pretrained(folder)
    torch.manual_seed(1)
    config = RobertaConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=130,
        id2label=dict(enumerate(labels)),
        label2id={label: index for index, label in enumerate(labels)},
        initializer_range=0.5,  # large enough that texts differ
        problem_type="multi_label_classification" if several else None,
    )
    RobertaForSequenceClassification(config).eval().save_pretrained(folder)
    return folder


def _tokenizer() -> Any:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    made = Tokenizer(models.BPE(unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    specials = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    trainer = trainers.BpeTrainer(
        vocab_size=300, special_tokens=specials, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()
    )
    made.train_from_iterator(["waar blijft mijn pakket", "dank je wel, top geholpen"] * 3, trainer)
    made.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    start, pad, end, unknown, mask = specials
    return PreTrainedTokenizerFast(
        tokenizer_object=made, bos_token=start, cls_token=start, eos_token=end, sep_token=end,
        unk_token=unknown, pad_token=pad, mask_token=mask,
    )  # fmt: skip
